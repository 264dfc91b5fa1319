// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them (base/count_text.h).
#pragma once

#include "base/count_text.h"

namespace laguna::app {

using base::BytesText;
using base::Counted;
using base::Grouped;
using base::SecondsText;

}  // namespace laguna::app
