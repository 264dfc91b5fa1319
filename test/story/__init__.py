# SPDX-License-Identifier: Apache-2.0
"""What the stories in test/interop, test/flow and test/crash are told with."""
