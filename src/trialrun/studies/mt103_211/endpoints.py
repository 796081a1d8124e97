"""Endpoints, analysis sets and designs of the study, as data."""

designs = ()
populations = ()
endpoints = ()
