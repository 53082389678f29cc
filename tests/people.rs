//! Organizations, accounts and roles; the pages that every person has.

mod accounts;
mod changes;
mod dissolved;
mod organizations;
mod pages;
mod passwords;
mod restructuring;
mod roles;
mod spellings;

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

fn organization(client: &Client, code: &str) -> Value {
    let mut cursor = String::new();
    loop {
        let page = client
            .get(&format!("/api/v1/organizations?limit=200{cursor}"))
            .expect(200);
        if let Some(found) = page.items().iter().find(|item| item["code"] == code) {
            return found.clone();
        }
        let next = page.json["next_cursor"]
            .as_str()
            .unwrap_or_else(|| panic!("no {code}"));
        cursor = format!("&cursor={next}");
    }
}

fn person(client: &Client, q: &str) -> Value {
    let page = client.get(&format!("/api/v1/users?q={q}")).expect(200);
    assert_eq!(page.items().len(), 1, "{q}: {}", page.text);
    page.items()[0].clone()
}

fn no_findings(app: &TestApp) {
    let findings = app.findings();
    assert!(findings.is_empty(), "{findings:#?}");
}
