# SPDX-License-Identifier: Apache-2.0
# Every target does all it needs on a fresh Debian 12: it installs what is missing, builds, and goes
# on. Run as root or where sudo works; `make help` lists the targets.

PREFIX ?= /usr/local
PRESET ?= release
BUILD := build/$(PRESET)

.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-long bench format tidy install clean
.NOTPARALLEL:

help: ## print this list
	@echo 'make TARGET; each does all it needs, from installing packages to building:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

setup: ## install what the build, the demo and the tests need (dependencies.list)
	@scripts/setup build demo test spark

build: ## build build/release/bin/laguna (PRESET=debug, asan, tsan for others)
	@scripts/setup build
	@scripts/build $(PRESET) laguna

demo: ## set up, build, and run the example lakes end to end
	@scripts/setup build demo
	@scripts/build release laguna
	@scripts/demo

test: ## set up, build, and pass the tests
	@scripts/setup build demo test spark
	@scripts/build release
	@scripts/test

test-long: ## all of `make test`, the slow tests, fuzzing, sanitizers
	@scripts/setup build demo test spark tidy
	@scripts/build release
	@scripts/test --long

bench: ## measure Laguna beside its peers (bench/README.md)
	@scripts/setup build demo test
	@scripts/bench

format: ## format every C++ file
	@scripts/setup test
	@scripts/format

tidy: ## static analysis of the files changed since main's last commit (ALL=1: of every file)
	@scripts/setup build tidy
	@scripts/tidy $(if $(ALL),--all)

install: ## install below PREFIX=/usr/local: bin/laguna, lib/laguna
	@scripts/setup build
	@scripts/build release laguna
	@cmake --install build/release --strip --prefix '$(PREFIX)'

clean: ## remove the build; the cache of dependencies stays
	rm -rf build
