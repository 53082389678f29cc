//! Putting a case on the portal.

use crate::showcase::scene::CaseScene;
use crate::showcase::store;
use crate::verbs::prelude::*;

pub struct PublishCase;

impl Verb for PublishCase {
    type On = CaseScene;
    type Gives = CaseScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "publish_case";
    const SAYS: &'static str = "Put a case on the portal: the committee's office.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::CasePublished);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["case_published"];

    fn who(on: &CaseScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &CaseScene, _: &Actor, _: Instant) -> Result<()> {
        if on.case.published_at.is_some() {
            return Err(Refusal::new("case_published", "案例已经发布。").into());
        }
        Ok(())
    }

    fn perform(tx: &mut Tx, on: CaseScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let now = tx.now();
        let mut case = on.case;
        case.published_at = Some(now);
        store::update_case(tx, &case, now)?;
        tx.publish_change()?;
        Ok(Done::of(case.id, "案例已发布。")
            .detail(json!({ "project_id": case.project_id }))
            .to(format!("/cases/{}", case.id)))
    }
}
