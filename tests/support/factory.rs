//! The company every test starts with: the seed's organizations and people, by the same actions as anybody's.

use std::collections::HashMap;
use std::path::Path;

use biaogan::clock::Clock;
use biaogan::db::heads::HeadsFile;
use biaogan::db::{Db, Tx};
use biaogan::error::Result;
use biaogan::ids::OrganizationId;
use biaogan::people::{self, OrganizationInput, RoleInput, UserInput};
use biaogan::who::Actor;
use biaogan::who::password::Credentials;
use serde_json::Value;

use super::app::{PASSWORD, instant};

fn seed(name: &str) -> Vec<Value> {
    let path = format!("{}/seed/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The tests' password, hashed so that a login costs next to nothing.
fn cheap_hash() -> String {
    use argon2::password_hash::PasswordHasher;
    use argon2::{Algorithm, Argon2, Params, Version};
    let params = Params::new(8, 1, 1, None).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(PASSWORD.as_bytes())
        .unwrap()
        .to_string()
}

/// Founds the seed's company in a migrated, empty database.
pub fn found_company(url: &str, heads: &Path) {
    std::fs::write(heads, "").unwrap();
    let clock = Clock::fixed(instant("2026-01-05T09:00+08:00"));
    let db = Db::open(
        url,
        clock,
        HeadsFile::new(heads),
        biaogan::audit::trail(super::SECRET),
    )
    .unwrap();
    biaogan::audit::begin(&db).unwrap();
    let credentials = Credentials::with_hash(PASSWORD, cheap_hash()).unwrap();
    db.write_now(move |tx| {
        let known = create_organizations(tx)?;
        for person in seed("people.json") {
            create_person(tx, &person, &known, &credentials)?;
        }
        Ok(())
    })
    .unwrap();
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn create_organizations(tx: &mut Tx) -> Result<HashMap<String, OrganizationId>> {
    let mut known = HashMap::new();
    for item in seed("organizations.json") {
        let input = OrganizationInput {
            parent_id: item["parent"].as_str().map(|key| known[key]),
            kind: text(&item, "kind").parse().unwrap(),
            name: text(&item, "name"),
            short_name: text(&item, "short_name"),
            code: text(&item, "code"),
            position: None,
        };
        let row = people::create_organization(tx, &Actor::System, &input)?;
        known.insert(text(&item, "key"), row.id);
    }
    Ok(known)
}

fn create_person(
    tx: &mut Tx,
    person: &Value,
    known: &HashMap<String, OrganizationId>,
    credentials: &Credentials,
) -> Result<()> {
    let username = person["username"].as_str();
    let input = UserInput {
        organization_id: known[&text(person, "organization")],
        staff_number: text(person, "staff_number"),
        name: text(person, "name"),
        post: text(person, "post"),
        username: username.map(str::to_owned),
        password: username.map(|_| PASSWORD.to_owned()),
        credentials: username.map(|_| credentials.clone()),
        demo: false,
    };
    let user = people::create_user(tx, &Actor::System, &input)?;
    for grant in person["roles"].as_array().into_iter().flatten() {
        let role = RoleInput {
            role: text(grant, "role").parse().unwrap(),
            organization_id: known[&text(grant, "organization")],
        };
        people::grant_role(tx, &Actor::System, user.id, &role)?;
    }
    Ok(())
}
