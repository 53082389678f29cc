//! The company every test starts with: the seed's organizations and people.

use std::collections::HashMap;
use std::path::Path;

use biaogan::audit;
use biaogan::clock::{Clock, Instant};
use biaogan::db::schema::{organizations, user_roles, users};
use biaogan::db::{Conn, Manager};
use biaogan::ids::{ChainId, OrganizationId, RoleGrantId, UserId};
use diesel::prelude::*;
use serde_json::Value;

use super::app::{PASSWORD, instant};

fn seed(name: &str) -> Vec<Value> {
    let path = format!("{}/seed/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The demo password, hashed so that a login costs next to nothing.
pub fn cheap_hash() -> String {
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
    let now = Clock::fixed(instant("2026-01-05T09:00+08:00")).now();
    let mut conn = Manager::new(url).unwrap().establish().unwrap();
    let known = insert_organizations(&mut conn, now);
    let hash = cheap_hash();
    for person in seed("people.json") {
        insert_person(&mut conn, now, &person, &known, &hash);
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

type Known = HashMap<String, (OrganizationId, OrganizationId, String)>;

fn insert_organizations(conn: &mut Conn, now: Instant) -> Known {
    let mut known = Known::new();
    for (position, item) in seed("organizations.json").iter().enumerate() {
        let id = OrganizationId::fresh(now);
        let parent = item["parent"].as_str().map(|key| known[key].clone());
        let committee = match &parent {
            Some((_, committee, _)) if item["kind"] != "committee" => *committee,
            _ => id,
        };
        let path = format!("{}{id}/", parent.as_ref().map_or("/", |(_, _, path)| path));
        diesel::insert_into(organizations::table)
            .values((
                organizations::id.eq(id),
                organizations::parent_id.eq(parent.as_ref().map(|(id, _, _)| *id)),
                organizations::committee_id.eq(committee),
                organizations::kind.eq(text(item, "kind")),
                organizations::name.eq(text(item, "name")),
                organizations::short_name.eq(text(item, "short_name")),
                organizations::code.eq(text(item, "code")),
                organizations::position.eq(position as i64),
                organizations::path.eq(&path),
                organizations::disabled.eq(false),
                organizations::version.eq(1),
                organizations::created_at.eq(now),
                organizations::updated_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
        if committee == id {
            audit::store::create_chain(conn, ChainId(id.0), id).unwrap();
        }
        known.insert(text(item, "key"), (id, committee, path));
    }
    known
}

fn insert_person(conn: &mut Conn, now: Instant, person: &Value, known: &Known, hash: &str) {
    let id = UserId::fresh(now);
    let username = person["username"].as_str();
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::organization_id.eq(known[&text(person, "organization")].0),
            users::staff_number.eq(text(person, "staff_number")),
            users::username.eq(username),
            users::name.eq(text(person, "name")),
            users::post.eq(text(person, "post")),
            users::password_hash.eq(username.map(|_| hash)),
            users::demo.eq(false),
            users::disabled.eq(false),
            users::failed_logins.eq(0),
            users::version.eq(1),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)
        .unwrap();
    for grant in person["roles"].as_array().into_iter().flatten() {
        diesel::insert_into(user_roles::table)
            .values((
                user_roles::id.eq(RoleGrantId::fresh(now)),
                user_roles::user_id.eq(id),
                user_roles::role.eq(text(grant, "role")),
                user_roles::organization_id.eq(known[&text(grant, "organization")].0),
                user_roles::granted_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
}
