//! Asking (答疑), until the deadline. A question races with the deadline like a bid.

use crate::ids::{OrganizationId, RoundQuestionId};
use crate::rounds::Question;
use crate::rounds::scene::{QuestionScene, RoundScene};
use crate::rounds::store::questions as store;
use crate::verbs::prelude::*;

/// How many unanswered questions an organization may have in a round.
const WAITING: i64 = 20;

/// A question before the deadline (答疑).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskInput {
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "自选标段能不能两个支部联合申报？"
    )]
    pub question: String,
}

pub struct Ask;

impl Verb for Ask {
    type On = RoundScene;
    type Gives = QuestionScene;
    type Input = AskInput;
    type Ready = ();

    const NAME: &'static str = "ask";
    const SAYS: &'static str = "Ask, until the deadline. Who asked is shown to nobody else.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::QuestionAsked);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["bidder_required"];
    const REFUSES: &'static [&'static str] = &[
        "not_published",
        "cancelled",
        "questions_closed",
        "too_many_questions",
    ];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        asking(on, actor).map(|_| ())
    }

    fn when(_: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<()> {
        on.takes_questions(now)
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        (): (),
        actor: &Actor,
        input: &AskInput,
    ) -> Result<Done<Self>> {
        let (now, organization) = (tx.now(), asking(&on, actor)?);
        if store::unanswered_of(tx, on.round.id, organization)? >= WAITING {
            return Err(Refusal::new(
                "too_many_questions",
                format!("您的组织已有 {WAITING} 个问题等待答复。"),
            )
            .remedy("请等党建部答复以后再问。")
            .into());
        }
        let question = Question {
            id: RoundQuestionId::fresh(now),
            round_id: on.round.id,
            organization_id: organization,
            asked_by: actor.person()?.user_id,
            asked_at: now,
            question: input.question.clone(),
            answer: None,
            answered_by: None,
            answered_at: None,
        };
        store::insert_question(tx, &question)?;
        let said = "问题已提交，答复以后对所有支部公开，不显示提问单位。";
        Ok(Done::of(question.id, said))
    }
}

/// The bidder this person asks for: an organization of theirs in the committee's subtree.
fn asking(on: &RoundScene, actor: &Actor) -> Result<OrganizationId> {
    let own = actor.grants().iter().filter(|grant| {
        matches!(grant.role, Role::Applicant | Role::BranchSecretary)
            && grant.path.starts_with(&on.committee_path)
    });
    own.map(|grant| grant.organization_id).min().ok_or_else(|| {
        Error::Forbidden(
            Refusal::new(
                "bidder_required",
                "提问由本党委所属组织的申报人或书记办理。",
            )
            .remedy("请联系本支部的申报人或书记。"),
        )
    })
}
