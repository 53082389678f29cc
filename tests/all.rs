//! Every test above the units, in one binary: one link, one database template, one way to start the service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a test that fails shall panic, and it looks where the service may not"
)]

#[allow(dead_code, unused_imports, reason = "a vocabulary for tests to come")]
mod support;

mod acceptance;
mod architecture;
mod attachments;
mod backup;
mod bids;
mod blind;
mod browser;
mod buttons;
mod calls;
mod checkpoints;
mod complaints;
mod contracts;
mod deadline_race;
mod doors;
mod drafting;
mod evaluation;
mod failed_topics;
mod faults;
mod full_round;
mod growth;
mod history;
mod holidays;
mod house;
mod hygiene;
mod joint;
mod journey;
mod keeper;
mod kill;
mod lanes;
mod large_opening;
mod lost_words;
mod lots;
mod matrix;
mod migrations;
mod neighbours;
mod noninterference;
mod numbers;
mod objections;
mod once;
mod operations;
mod panel;
mod paper;
mod people;
mod projects;
mod query_count;
mod questions;
mod recompute;
mod remedies;
mod rounds;
mod schedule;
mod scoring;
mod sealing;
mod search;
mod serving;
mod session;
mod shares;
mod showcase;
mod similar;
mod tables;
mod trail;
mod truth;
mod wrong_types;
