//! What keeps a submitted bid unreadable until the opening, and what happens when keys are lost.

mod exchanged;
mod keys;
mod openers;
mod rest;

use std::path::Path;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

use crate::support::PASSWORD;
use crate::support::TestApp;
use crate::support::rounds::{TestRound, bid_body};

fn opener(username: &str) -> Value {
    json!({ "username": username, "password": PASSWORD })
}

fn opening(openers: &[&str]) -> Value {
    let openers: Vec<Value> = openers.iter().map(|username| opener(username)).collect();
    json!({ "openers": openers, "attendance": "" })
}
