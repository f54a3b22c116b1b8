"""Runs the scenarios of scripts/bench against a release build and reports what they measured."""
