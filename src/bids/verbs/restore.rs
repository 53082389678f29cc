//! An old revision becomes the draft again, as a new revision: nothing is lost.

use crate::bids::actions::write_draft;
use crate::bids::scene::{BidScene, RevisionScene};
use crate::people;
use crate::verbs::prelude::*;

/// The version of the bid that is given up for the old revision.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RestoreInput {
    /// Needed unless `If-Match` names it.
    pub version: Option<i64>,
}

pub struct Restore;

impl Verb for Restore {
    type On = RevisionScene;
    type Gives = BidScene;
    type Input = RestoreInput;
    type Ready = ();

    const NAME: &'static str = "restore";
    const SAYS: &'static str = "Make an old revision the draft again, as a new revision.";
    // Drafts are kept in revisions, not in the trail.
    const EVENT: Option<audit::Verb> = None;
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["sealed_without_key"];
    const REFUSES: &'static [&'static str] = &[people::DISABLED, "wrong_state", "merged"];

    fn who(on: &RevisionScene, actor: &Actor) -> Result<()> {
        on.on.by_drafters(actor)
    }

    fn when(_: &mut Conn, on: &RevisionScene, _: &Actor, _: Instant) -> Result<()> {
        on.on.takes_words()
    }

    fn version(input: &RestoreInput) -> Option<i64> {
        input.version
    }

    fn perform(
        tx: &mut Tx,
        on: RevisionScene,
        (): (),
        actor: &Actor,
        _: &RestoreInput,
    ) -> Result<Done<Self>> {
        let content = on.content(tx, actor)?;
        let (bid, revision) = (on.on.bid, on.revision);
        let said = format!("已恢复为第 {revision} 次保存的内容，原来的内容仍在修改记录里。");
        let done = Done::of(bid.id, said).to(format!("/bids/{}/edit", bid.id));
        write_draft(tx, actor, bid, &content)?;
        Ok(done)
    }
}
