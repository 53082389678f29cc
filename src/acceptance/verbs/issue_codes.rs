//! Handing out codes, by office and supervisor together. They are laid down for the office in memory alone, to be shown
//! once at an address that is given in answer.

use crate::acceptance::input::CodesInput;
use crate::acceptance::scene::{AcceptanceScene, IssuedScene, Laid, Slips};
use crate::acceptance::{AcceptanceAction, CodeAct, CodeKind, codes, count, rules, store};
use crate::ids::AcceptanceId;
use crate::sealing;
use crate::session::Who;
use crate::verbs::ceremony::{Ceremony, OpenerInput, Present};
use crate::verbs::prelude::*;
use crate::web::{App, Paper};
use crate::who::ServerKeys;

/// Most questionnaires of one acceptance.
const MOST_QUESTIONNAIRES: i64 = 5_000;

pub struct IssueCodes;

impl Ceremony for IssueCodes {
    const LIST: &'static str = "present";

    fn openers(input: &CodesInput) -> &[OpenerInput] {
        &input.present
    }

    fn come(input: &mut CodesInput, keys: Present) {
        input.keys = keys;
    }

    async fn ahead(app: &App, _: &Who, _: AcceptanceId, input: CodesInput) -> Result<CodesInput> {
        Ok(CodesInput {
            paper: Some(Paper::new(&app.shown_once)),
            ..input
        })
    }
}

impl Verb for IssueCodes {
    type On = AcceptanceScene;
    type Gives = IssuedScene;
    type Input = CodesInput;
    type Ready = ();

    const NAME: &'static str = "issue_codes";
    const SAYS: &'static str = "Hand out voting codes: the office, with a supervisor who enters their password beside it. The codes are shown once, at the address in the answer, to who asked for them; they are kept nowhere.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceCodesIssued);
    const FORBIDS: &'static [&'static str] = &["role_required", "supervisor_required"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
        "voters_unconfirmed",
        "too_many_codes",
        "no_questionnaire",
        "opener_without_key",
        "key_exchanged",
    ];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<()> {
        rules::next(on.acceptance.state, AcceptanceAction::IssueCodes)?;
        rules::confirmed(on.acceptance.voters_confirmed_at)?;
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        (): (),
        actor: &Actor,
        input: &CodesInput,
    ) -> Result<Done<Self>> {
        let id = on.acceptance.id;
        count::witnessed(tx, &on, actor, &input.keys)?;
        room_for(tx, &on, input)?;
        count::make_key(tx, &on, actor, &input.keys)?;
        let keys = actor.server_keys()?;
        let codes = fresh(tx, keys, (id, input.kind), input.count)?;
        let laid = Laid {
            kind: input.kind,
            codes,
        };
        let paper = input.paper.as_ref();
        let paper = paper.ok_or_else(|| anyhow::anyhow!("codes without a paper to lay them on"))?;
        let code = paper.lay(actor.person()?.user_id, serde_json::to_string(&laid)?);
        let slips = Slips {
            acceptance: id,
            kind: input.kind,
            count: input.count,
            code,
        };
        let said = format!(
            "已生成{} {} 个，只显示这一次。",
            input.kind.label(),
            input.count
        );
        let key = sealing::box_fingerprint(tx, id)?;
        let present: Vec<_> = input.keys.iter().map(|(user, _)| *user).collect();
        Ok(Done::of(slips, said).detail(json!({
            "kind": input.kind, "count": input.count, "present": present, "box_key": key,
        })))
    }
}

/// No more ballots than voters, and no questionnaire without questions.
fn room_for(c: &mut Conn, on: &AcceptanceScene, input: &CodesInput) -> Result<()> {
    let acceptance = &on.acceptance;
    let counts = store::code_counts(c, acceptance.id)?;
    let good = counts.of(input.kind).issued - counts.of(input.kind).voided;
    let left = match input.kind {
        CodeKind::Ballot => acceptance.eligible_voters - good,
        CodeKind::Questionnaire => {
            if store::questions(c, acceptance.id)?.is_empty() {
                return Err(Refusal::new("no_questionnaire", "这次验收没有问卷。").into());
            }
            MOST_QUESTIONNAIRES - good
        }
    };
    if input.count <= left {
        return Ok(());
    }
    Err(Refusal::new(
        "too_many_codes",
        format!("最多还能发 {left} 个，您要发 {} 个。", input.count),
    )
    .remedy("有效的民主测评票不能多于应到人数。有票遗失的，请先作废未用的票再补发；人数填错的，请先更正。")
    .into())
}

/// Codes nobody has seen yet. Their rows stand in the order of their digests, which does not tell the order of the slips.
fn fresh(
    tx: &mut Tx,
    keys: &ServerKeys,
    (id, kind): (AcceptanceId, CodeKind),
    count: i64,
) -> Result<Vec<String>> {
    let fresh: Vec<String> = (0..count).map(|_| codes::fresh()).collect();
    let mut digests: Vec<String> = fresh
        .iter()
        .map(|code| codes::said(&codes::digest(keys, code)))
        .collect();
    digests.sort_unstable();
    for digest in &digests {
        store::insert_code(tx, digest, id, kind)?;
    }
    let now = tx.now();
    store::tell(tx, (id, kind), (CodeAct::Issued, count), now)?;
    Ok(fresh)
}
