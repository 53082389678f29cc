//! What every test starts from: the service on a database of its own, clients that talk HTTP to it, and a company.
//!
//! ```ignore
//! let app = TestApp::start();
//! app.api("office").get("/api/v1/me").expect(200);
//! app.set_clock("2026-03-02T09:00+08:00");
//! app.actor("office").publishes(&round).done();
//! ```

pub mod actors;
mod app;
mod client;
pub mod company;
mod database;
mod factory;
pub mod moments;
mod queries;
pub mod rounds;
pub mod sample;
pub mod service;
mod templates;
pub mod world;

pub use app::{PASSWORD, SECRET, START, TestApp, instant};
pub use client::{Answer, Browser, Client, csrf_of, multipart};
pub use database::TestDatabase;
