//! Biaogan 标杆: innovation projects run like an honest tender.
//!
//! The map, one sentence a room. Imports point down only:
//! `routes → pages | api → actions → {rules, store, policy, audit} → db → ids`.
//!
//! - [`app`]: what every request may reach, and the actix app around it
//! - [`routes`]: every route in one table
//! - [`config`], [`error`], [`clock`], [`ids`], [`limits`], [`calendar`]: the ground everything stands on
//! - [`db`]: SQLite and PostgreSQL behind one set of queries, and the one door for writes
//! - [`auth`]: who is asking and what they may do
//! - [`web`]: between HTTP and the rooms
//! - [`audit`]: the hash-chained trail of everything that happened
//! - [`people`]: organizations, users, roles
//! - [`holidays`]: which days are worked, entered year by year
//! - [`home`], [`help`]: what waits for me, and the manual
//! - [`rounds`]: a tender from draft to conclusion
//! - [`bids`]: drafted, submitted sealed, opened in public
//! - [`similar`]: opened bids that say the same, with each other or with earlier years'
//! - [`joint`]: opened bids that go on as one, with a lead and partners, all consenting
//! - [`shares`]: one topic shared among several winners
//! - [`files`]: attachments, streamed and sniffed
//! - [`numbers`]: from marks to a ranking that anybody recomputes; pure
//! - [`seats`]: who sits on a panel, is recused, is assigned, is blind
//! - [`panel`]: naming it by hand or by lot, conflicts of interest, undertakings
//! - [`scoring`]: score sheets, on screen and on paper
//! - [`result`]: the lock, the ranking, ties and lots, fairness
//! - [`award`]: decision, publicity, objections, conclusion
//! - [`contracts`]: what a winning bid promises, signed by both sides
//! - [`projects`]: six steps from the contract to what others copy
//! - [`acceptance`]: on-site marks, questionnaire and anonymous ballots make one result
//! - [`showcase`]: cases, demonstration sites, replications, and the public portal
//! - [`openapi`]: the API described from the code, and for people
//! - [`check`]: the invariants of live data
//! - [`seed`]: a folder of files, loaded through the same actions as users'
//! - [`demo`]: the sample company with a clock that can be moved
//! - [`generate`]: a synthetic company of any size, for load tests
//! - [`cli`]: the command line

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod acceptance;
pub mod app;
pub mod audit;
pub mod auth;
pub mod award;
pub mod bids;
pub mod calendar;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod contracts;
pub mod db;
pub mod demo;
pub mod error;
pub mod files;
pub mod generate;
pub mod help;
pub mod holidays;
pub mod home;
pub mod ids;
pub mod joint;
pub mod limits;
pub mod marks;
pub mod numbers;
pub mod openapi;
pub mod panel;
pub mod people;
pub mod projects;
pub mod result;
pub mod rounds;
pub mod routes;
pub mod scoring;
pub mod sealing;
pub mod seats;
pub mod seed;
pub mod shares;
pub mod showcase;
pub mod similar;
pub mod web;
