//! Handing out codes, by office and supervisor together: at one screen, or the office asks and the supervisor agrees at
//! another ([`super::AgreeCodes`]). They are laid down for the office in memory alone, to be shown once at an address that is
//! given in answer.

use crate::acceptance::input::CodesInput;
use crate::acceptance::scene::{AcceptanceScene, IssuedScene, Laid, Slips, event};
use crate::acceptance::store::{self, CodeAsk};
use crate::acceptance::{AcceptanceAction, CodeAct, CodeKind, codes, count, rules};
use crate::ids::{self, AcceptanceId, UserId};
use crate::people;
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
    const SAYS: &'static str = "Hand out voting codes: the office, with a supervisor who enters their password beside it (`present`), or who has agreed to this number by `POST …/ballot_codes/agreement`. Without either it asks for them: 202 with the state `waits`; whoever asks anew asks for that number instead.\nThe codes are shown once, at the address in the answer, to who had them made; they are kept nowhere.";
    // Asked for, or handed out.
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["role_required", "supervisor_required"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
        "voters_unconfirmed",
        "agreement_unproven",
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
        room_for(tx, &on, input)?;
        let Some(supervisor) = supervisor(tx, &on, actor, input)? else {
            return asked(tx, &on, actor, input);
        };
        rules::confirmed(on.acceptance.voters_confirmed_at)?;
        store::end_ask(tx, id, input.kind)?;
        count::make_key(tx, &on, actor, supervisor)?;
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
            code: Some(code),
        };
        let said = format!(
            "已生成{} {} 个，只显示这一次。",
            input.kind.label(),
            input.count
        );
        let key = sealing::box_fingerprint(tx, id)?;
        let event = event(audit::Verb::AcceptanceCodesIssued, &on.acceptance);
        let detail = json!({
            "kind": input.kind, "count": input.count, "supervisor": supervisor, "box_key": key,
            "beside": !input.keys.is_empty(),
        });
        audit::record(tx, actor, event.detail(detail))?;
        Ok(Done::of(slips, said))
    }
}

/// Who stands for it beside the office: at this screen, or by what they agreed to before; None to ask.
fn supervisor(
    tx: &mut Tx,
    on: &AcceptanceScene,
    actor: &Actor,
    input: &CodesInput,
) -> Result<Option<UserId>> {
    if !input.keys.is_empty() {
        return count::witnessed(tx, on, actor, &input.keys).map(Some);
    }
    let asked = store::asked(tx, on.acceptance.id, input.kind)?;
    let Some(agreed) = asked.filter(|ask| ask.count == input.count) else {
        return Ok(None);
    };
    let Some(by) = agreed.agreed_by.filter(|by| Some(*by) != actor.user_id()) else {
        return Ok(None);
    };
    // A row that somebody wrote into the database agrees to nothing.
    if !audit::changed(tx, "code_asks", &[agreed.id.to_string()])?.is_empty() {
        return Err(Refusal::new(
            "agreement_unproven",
            "数据库里督导员的同意与审计记录不一致，没有生成投票码。",
        )
        .remedy("请立即报告纪委督导员；请督导员到场，当场输入自己的口令。")
        .into());
    }
    let still = people::holders(tx, Role::Supervisor, &on.committee_path)?;
    Ok(still.iter().any(|user| user.id == by).then_some(by))
}

/// Leaves the question for a supervisor.
fn asked(
    tx: &mut Tx,
    on: &AcceptanceScene,
    actor: &Actor,
    input: &CodesInput,
) -> Result<Done<IssueCodes>> {
    let (id, now) = (on.acceptance.id, tx.now());
    let row = CodeAsk {
        id: ids::fresh(now),
        acceptance_id: id,
        kind: input.kind,
        count: input.count,
        asked_by: actor.person()?.user_id,
        asked_at: now,
        agreed_by: None,
        agreed_at: None,
    };
    store::ask(tx, &row)?;
    let event = event(audit::Verb::AcceptanceCodesAsked, &on.acceptance);
    let detail = json!({ "kind": input.kind, "count": input.count });
    audit::record(tx, actor, event.detail(detail))?;
    let slips = Slips {
        acceptance: id,
        kind: input.kind,
        count: input.count,
        code: None,
    };
    let said = format!(
        "已申请发放{} {} 个，等督导员同意；同意以后由您生成。",
        input.kind.label(),
        input.count
    );
    Ok(Done::of(slips, said))
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
