//! Telling something, by anybody.

use crate::clock;
use crate::complaints::scene::{BoxScene, KIND, Lodged, event};
use crate::complaints::store::{self, Complaint};
use crate::complaints::{ANSWER_DAYS, ComplaintState};
use crate::crypto::code;
use crate::holidays;
use crate::ids::ComplaintId;
use crate::verbs::prelude::*;

/// What weighs on somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintInput {
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub content: String,
    /// Left out: without a name.
    #[serde(default)]
    #[validate(length(max = 40))]
    #[schema(max_length = 40)]
    pub name: Option<String>,
    /// Where questions about it reach the person, read by the committee alone; may be left out.
    #[serde(default)]
    #[validate(length(max = 100))]
    #[schema(max_length = 100)]
    pub contact: Option<String>,
}

pub struct Lodge;

impl Verb for Lodge {
    type On = BoxScene;
    type Gives = Lodged;
    type Input = ComplaintInput;
    type Ready = ();

    const NAME: &'static str = "complain";
    const SAYS: &'static str = "Tells the first committee what weighs on one, with a name or without. The code is shown once.";
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const REFUSES: &'static [&'static str] = &["holiday_year_missing"];
    const OPEN: bool = true;

    fn who(_: &BoxScene, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(_: &mut Conn, _: &BoxScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: BoxScene,
        (): (),
        _: &Actor,
        input: &ComplaintInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let due_on = holidays::working_days_after(tx, clock::local_date(now), ANSWER_DAYS)?;
        let code = code::fresh();
        let row = Complaint {
            id: ComplaintId::fresh(now),
            committee_id: on.committee,
            name: input.name.clone().unwrap_or_default(),
            contact: input.contact.clone().unwrap_or_default(),
            content: input.content.clone(),
            code_digest: code::digest_of(KIND, &code),
            state: ComplaintState::Lodged,
            lodged_at: now,
            due_on,
            answer: None,
            answered_by: None,
            answered_at: None,
            version: 1,
        };
        store::insert(tx, &row)?;
        // Names nobody: who complains is not in the trail.
        let told = event(audit::Verb::ComplaintLodged, &row).detail(json!({ "due_on": due_on }));
        audit::record_as(tx, None, "群众", told)?;
        Ok(Done::of(code, "意见已提交，请记下查询码。"))
    }
}
