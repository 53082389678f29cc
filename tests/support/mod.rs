//! What every test starts from: the service on a database of its own, clients that talk HTTP to it, and a company.
//!
//! ```ignore
//! let app = TestApp::start();
//! app.api("office").get("/api/v1/me").expect(200);
//! app.set_clock("2026-03-02T09:00+08:00");
//! ```

mod app;
mod client;
mod database;
mod factory;
mod queries;
pub mod rounds;
pub mod sample;
pub mod service;
pub mod world;

pub use app::{PASSWORD, TestApp, instant};
pub use client::{Answer, Browser, Client, csrf_of, multipart};
pub use database::TestDatabase;
