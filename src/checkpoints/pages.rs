//! `/checkpoints`: who signed which heads, and handing in one's own.

use serde_json::json;

use super::api;
use super::scene::{Trail, may_sign};
use super::store;
use super::verbs::HandIn;
use crate::error::Result;
use crate::ids::SignerId;
use crate::verbs::{Scene, refusal};
use crate::web::{Ask, Page, PageQuery};
use crate::who::Actor;

/// `GET /checkpoints`
pub fn show(ask: &mut Ask) -> Result<Page> {
    let query: PageQuery = ask.query()?;
    let listing = api::listing(ask.c, &query)?;
    let signs = matches!(ask.actor, Actor::Person(_)) && may_sign(ask.actor).is_ok();
    let (keys, refused) = match (signs, ask.actor.user_id()) {
        (true, Some(user)) => {
            let on = Trail::load(ask.c, ask.actor, &())?;
            let refused = refusal::<HandIn>(ask.c, &on, ask.actor, ask.now)?;
            (store::signers_of(ask.c, user)?, refused)
        }
        (true | false, _) => (Vec::new(), None),
    };
    let keys: Vec<_> = keys
        .iter()
        .map(|key| json!({ "id": key.id, "public_key": key.public_key, "at": key.registered_at }))
        .collect();
    Ok(ask
        .paged("checkpoints/list.html", &listing)
        .with("signs", &signs)
        .with("keys", &keys)
        .with("refusal", &refused))
}

/// The page again, after a key's form was refused.
pub fn of_key(ask: &mut Ask, _: SignerId) -> Result<Page> {
    show(ask)
}
