//! Biaogan 标杆: innovation projects run like an honest tender.
//!
//! The map, one sentence a room, low to high. A room looks at lower floors only; its faces (pages, api, views, to-dos,
//! checks, `room.rs`) are looked at by nobody. A page that shows what stands above its room stands in [`desk`]. The floors stand in
//! `tests/architecture.rs`, which holds them.
//!
//! - [`clock`], [`calendar`], [`ids`], [`marks`], [`money`], [`text`], [`todo`], [`trail`], [`error`], [`limits`]: the
//!   ground, types and tools that know no room
//! - [`crypto`]: the primitives of sealing, and stretching passwords
//! - [`db`]: SQLite and PostgreSQL behind one set of queries, and the one door for writes
//! - [`config`]: what the service is told before it starts
//! - [`tables`]: what a list shows as a file for a spreadsheet
//! - [`numbers`]: from marks to a ranking that anybody recomputes; pure
//! - [`who`]: who is asking and what they may do
//! - [`audit`]: the hash-chained trail of everything that happened
//! - [`sealing`]: what keeps a submitted bid unreadable until its opening
//! - [`session`]: what a login opens, and the person behind a request
//! - [`web`]: what every request may reach, and all between HTTP and the rooms
//! - [`login`]: the way in and out
//! - [`verbs`]: one thing done to a subject, as a value: form, call, button and document are made from it
//! - [`people`]: organizations, users, roles
//! - [`holidays`]: which days are worked, entered year by year
//! - [`files`]: streamed in, sniffed, kept encrypted
//! - [`seats`]: who sits on a panel, is recused, is assigned, is blind
//! - [`rounds`]: a tender from draft to conclusion
//! - [`bids`]: drafted, submitted sealed, opened in public, read under a veil while the panel is blind
//! - [`failed`]: topics with too few bids, and what their bidders answer
//! - [`similar`]: opened bids that say the same, with each other or with earlier years'
//! - [`shares`]: one topic shared among several winners
//! - [`projects`]: six steps from the contract to what others copy
//! - [`joint`]: opened bids that go on as one, with a lead and partners, all consenting
//! - [`opening`]: the round's key put together, all bids open at once
//! - [`panel`]: naming it by hand or by lot, conflicts of interest, undertakings
//! - [`scoring`]: score sheets, on screen and on paper
//! - [`result`]: the lock, the ranking, ties and lots, fairness
//! - [`award`]: decision, publicity, objections, conclusion
//! - [`rulings`]: what becomes of failed topics, rounds concluded without scoring, rounds copied
//! - [`contracts`]: what a winning bid promises, signed by both sides
//! - [`attachments`]: who may see, add and remove the files of every subject
//! - [`restructure`]: organizations moved under another, and merged into another
//! - [`acceptance`]: on-site marks, questionnaire and anonymous ballots make one result
//! - [`showcase`]: cases, demonstration sites, replications, and the public portal
//! - [`complaints`]: what anybody tells a committee, and its answer
//! - [`checkpoints`]: the heads of the trail, signed with keys that the service never has, and proofs that rest on them
//! - [`desk`]: pages that gather several rooms: a round's, a bid's, a project's, scoring's, the result's, the trail's
//! - [`help`], [`home`]: the manual, and what waits for me
//! - [`seed`]: a folder of files, loaded through the same verbs as users'
//! - [`demo`]: the sample company with a clock that can be moved
//! - [`generate`]: a synthetic company of any size, for load tests
//! - [`rooms`]: the list of rooms, from which routes, documents, to-dos, checks and the navigation are folded
//! - [`check`]: the invariants of live data
//! - [`openapi`]: the API described from the rooms' routes, and for people
//! - [`routes`]: every route in one table
//! - [`serve`]: the actix app around it all
//! - [`cli`]: the command line
//!
//! # What is hidden
//!
//! What a person may not know is hidden by its type. `bids::visible` gives a bid with the [`seats::Veil`] it is read under;
//! a list asks for the round's. Names are loaded as [`bids::Named`], which says nothing without a veil, and shown as
//! [`seats::Veiled`], a value or none. Whatever somebody writes about a round in its course goes through `Veil::text`
//! before anybody reads it: a new text, notice or reason does so, too.
//!
//! # To add
//!
//! Counted on a toy of each; the compiler names what is forgotten in code, a test the rest. Golden files are written anew.
//!
//! **A verb** (its file, and a line or two in four): `src/<room>/verbs/<verb>.rs` with its input, who, when, perform and
//! words; `verbs/mod.rs`, where its button is a line in `OFFERS`; its addresses in `room.rs`; its trail's name in
//! `trail/verbs.rs` if it is a new one; its button or form in the page's template.
//!
//! **A field** of a subject (its migration, and a line or two in eight): the table in `db/schema/`; the row and its update in
//! `store.rs`, which are what API and page show unless a view shows more; the input, the verb that takes it over, the page
//! that fills the form; the templates of form and page; the seed, if it makes that input.
//!
//! **A room** (its folder, templates and migration, and 17 lines in seven files): its tables in `db/schema/` and their names
//! in `db/schema.rs`; its ids in `ids.rs`; its trail's names in `trail/verbs.rs`; `pub mod` here with its sentence in the
//! map; two lines in `rooms.rs`; its place in `FLOORS`. `ROOM` in its `room.rs` hands over routes, to-dos, checks and entries
//! of the navigation; nothing else lists it.

// What cannot be printed is an error of the command, not a panic: `cli` prints.
#![deny(clippy::print_stdout)]
#![cfg_attr(
    test,
    allow(
        clippy::print_stdout,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod acceptance;
pub mod attachments;
pub mod audit;
pub mod award;
pub mod bids;
pub mod calendar;
pub mod check;
pub mod checkpoints;
pub mod cli;
pub mod clock;
pub mod complaints;
pub mod config;
pub mod contracts;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod desk;
pub mod error;
pub mod failed;
pub mod files;
pub mod generate;
pub mod help;
pub mod holidays;
pub mod home;
pub mod ids;
pub mod joint;
pub mod limits;
pub mod login;
pub mod marks;
pub mod money;
pub mod numbers;
pub mod openapi;
pub mod opening;
pub mod panel;
pub mod people;
pub mod projects;
pub mod restructure;
pub mod result;
pub mod rooms;
pub mod rounds;
pub mod routes;
pub mod rulings;
pub mod scoring;
pub mod sealing;
pub mod seats;
pub mod seed;
pub mod serve;
pub mod session;
pub mod shares;
pub mod showcase;
pub mod similar;
pub mod tables;
pub mod text;
pub mod todo;
pub mod trail;
pub mod verbs;
pub mod web;
pub mod who;
