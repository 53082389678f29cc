//! Beginning with what one's own organization wrote before: nothing has to be keyed twice.

use crate::bids::actions::{self, write_draft};
use crate::bids::scene::BidScene;
use crate::bids::{Seen, rules, store};
use crate::clock::{local_date, show_date};
use crate::ids::{BidId, UserId};
use crate::verbs::prelude::*;
use crate::{people, sealing};

/// Which earlier bid to begin with.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyInput {
    /// The draft's version, needed unless `If-Match` names it.
    #[serde(default)]
    pub version: Option<i64>,
    /// A bid of the same organization, of any round and state.
    pub source_id: BidId,
}

pub struct Copy;

impl Verb for Copy {
    type On = BidScene;
    type Gives = BidScene;
    type Input = CopyInput;
    type Ready = ();

    const NAME: &'static str = "copy";
    const SAYS: &'static str = "Fill an untouched draft with an earlier bid of one's own organization: all but topic, dates and attachments.";
    const EVENT: Option<audit::Verb> = None;
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["not_your_organization", "sealed_without_key"];
    const REFUSES: &'static [&'static str] =
        &[people::DISABLED, "wrong_state", "merged", "draft_not_empty"];

    fn who(on: &BidScene, actor: &Actor) -> Result<()> {
        on.by_drafters(actor)
    }

    fn when(_: &mut Conn, on: &BidScene, _: &Actor, _: Instant) -> Result<()> {
        on.takes_words()
    }

    fn version(input: &CopyInput) -> Option<i64> {
        input.version
    }

    fn perform(
        tx: &mut Tx,
        on: BidScene,
        (): (),
        actor: &Actor,
        input: &CopyInput,
    ) -> Result<Done<Self>> {
        let (bid, veil, from) = (on.bid, on.veil, input.source_id);
        let source = match actions::visible(tx, actor, from) {
            Ok(Seen { bid: source, .. })
                if source.organization_id == bid.organization_id && source.id != bid.id =>
            {
                source
            }
            Ok(_) | Err(Error::NotFound) => {
                return Err(Error::field("source_id", "只能照抄本组织以前的申报书。"));
            }
            Err(other) => return Err(other),
        };
        let draft = actions::content_of(tx, actor, &bid, &veil)?.ok_or_else(sealing::locked)?;
        if !rules::untouched(&draft) {
            return Err(
                Refusal::new("draft_not_empty", "草稿里已经写了内容，照抄会盖掉它。")
                    .remedy("请另起草一份，再照抄。")
                    .into(),
            );
        }
        let old = actions::content_of(tx, actor, &source, &veil)?.ok_or_else(sealing::locked)?;
        let roster: Vec<UserId> = people::roster(tx, bid.organization_id)?
            .into_iter()
            .map(|user| user.id)
            .collect();
        let content = rules::copied(&old, from, &draft, &roster);
        let said = "已照抄。标的、日期请重新填写，其余请逐项核对。";
        let done = Done::of(bid.id, said).to(format!("/bids/{}/edit", bid.id));
        write_draft(tx, actor, bid, &content)?;
        Ok(done)
    }
}

/// How many earlier bids are offered.
const OFFERED: i64 = 50;

/// An earlier bid of the organization, whatever became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    pub id: BidId,
    /// Title, what became of it and when it was last saved.
    pub label: String,
}

/// What an untouched draft may begin with, newest first; nothing for one that is written in already.
pub fn copy_sources(c: &mut Conn, actor: &Actor, on: &BidScene) -> Result<Vec<Source>> {
    let bid = &on.bid;
    let Some(draft) = actions::content_of(c, actor, bid, &on.veil)? else {
        return Ok(Vec::new());
    };
    if !rules::untouched(&draft) {
        return Ok(Vec::new());
    }
    let own = store::of_organizations(c, &[bid.organization_id], OFFERED)?;
    let ids: Vec<BidId> = own.iter().map(|bid| bid.id).collect();
    let secrets = sealing::secrets_of(c, actor, &ids)?;
    let mut sources = Vec::new();
    for earlier in own.iter().filter(|earlier| earlier.id != bid.id) {
        let title = match &earlier.title {
            Some(title) => Some(title.clone()),
            None => actions::title_of(&earlier.draft, secrets.get(&earlier.id))?,
        };
        if let Some(title) = title {
            let saved = show_date(local_date(earlier.draft_saved_at));
            sources.push(Source {
                id: earlier.id,
                label: format!("{title}（{}，{saved}）", earlier.state.label()),
            });
        }
    }
    Ok(sources)
}
