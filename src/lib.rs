//! Biaogan 标杆: innovation projects run like an honest tender.
//!
//! The map, one sentence a room. Imports point down only:
//! `routes → pages | api → actions → {rules, store, policy, audit} → db → ids`.
//!
//! - [`serve`]: the actix app around it all
//! - [`routes`]: every route in one table
//! - [`clock`], [`calendar`], [`ids`], [`marks`], [`money`], [`trail`], [`error`], [`limits`], [`config`], [`todo`]: the ground
//!   everything stands on
//! - [`db`]: SQLite and PostgreSQL behind one set of queries, and the one door for writes
//! - [`crypto`]: the primitives of sealing, and stretching passwords
//! - [`who`]: who is asking and what they may do
//! - [`session`]: logging in and out, and the person behind a request
//! - [`sealing`]: what keeps a submitted bid unreadable until its opening
//! - [`web`]: what every request may reach, and all between HTTP and the rooms
//! - [`audit`]: the hash-chained trail of everything that happened
//! - [`people`]: organizations, users, roles
//! - [`holidays`]: which days are worked, entered year by year
//! - [`home`], [`help`]: what waits for me, and the manual
//! - [`rounds`]: a tender from draft to conclusion
//! - [`bids`]: drafted, submitted sealed, opened in public
//! - [`failed`]: topics with too few bids, and what their bidders answer
//! - [`opening`]: the round's key put together, all bids open at once
//! - [`similar`]: opened bids that say the same, with each other or with earlier years'
//! - [`joint`]: opened bids that go on as one, with a lead and partners, all consenting
//! - [`shares`]: one topic shared among several winners
//! - [`files`]: streamed in, sniffed, kept encrypted
//! - [`evaluation`]: panel, score sheets, result, decision, publicity, objections
//! - [`rulings`]: what becomes of failed topics, rounds concluded without scoring, rounds copied
//! - [`contracts`]: what a winning bid promises, signed by both sides
//! - [`attachments`]: who may see, add and remove the files of every subject
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
pub mod attachments;
pub mod audit;
pub mod auth;
pub mod bids;
pub mod calendar;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod contracts;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod error;
pub mod evaluation;
pub mod failed;
pub mod files;
pub mod generate;
pub mod help;
pub mod holidays;
pub mod home;
pub mod ids;
pub mod joint;
pub mod limits;
pub mod marks;
pub mod money;
pub mod openapi;
pub mod opening;
pub mod people;
pub mod projects;
pub mod rounds;
pub mod routes;
pub mod rulings;
pub mod sealing;
pub mod seed;
pub mod serve;
pub mod session;
pub mod shares;
pub mod showcase;
pub mod similar;
pub mod todo;
pub mod trail;
pub mod web;
pub mod who;

pub use web::app;
