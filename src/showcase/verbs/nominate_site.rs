//! Nominating a demonstration site.

use crate::ids::{ProjectId, SiteId};
use crate::projects::Grade;
use crate::showcase::SiteState;
use crate::showcase::input::SiteInput;
use crate::showcase::scene::{ProjectScene, SiteScene};
use crate::showcase::store::{self, Site};
use crate::verbs::Within;
use crate::verbs::prelude::*;

pub struct NominateSite;

impl Verb for NominateSite {
    type On = ProjectScene;
    type Gives = SiteScene;
    type Input = SiteInput;
    type Ready = ();

    const NAME: &'static str = "nominate_site";
    const SAYS: &'static str = "Nominate a demonstration site: the committee's office, for a project graded 优秀 (良好 with a reason).";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SiteNominated);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["grade_too_low", "site_nominated"];

    fn who(on: &ProjectScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &ProjectScene, _: &Actor, _: Instant) -> Result<()> {
        let refused = match on.project.grade {
            Some(Grade::Qualified | Grade::Unqualified) | None => Refusal::new(
                "grade_too_low",
                "验收为优秀的项目才能推荐为示范点，良好的须写明理由。",
            ),
            Some(Grade::Excellent | Grade::Good) if on.site.is_some() => {
                Refusal::new("site_nominated", "这个项目已经推荐过示范点。")
            }
            Some(Grade::Excellent | Grade::Good) => return Ok(()),
        };
        Err(refused.into())
    }

    fn perform(
        tx: &mut Tx,
        on: ProjectScene,
        (): (),
        _: &Actor,
        input: &SiteInput,
    ) -> Result<Done<Self>> {
        let project = on.project;
        let reason = input.reason.as_deref().filter(|reason| !reason.is_empty());
        if project.grade == Some(Grade::Good) && reason.is_none() {
            return Err(Error::field("reason", "验收为良好的项目，请写明推荐理由。"));
        }
        let now = tx.now();
        let given = input.clone();
        let site = Site {
            id: SiteId::fresh(now),
            project_id: project.id,
            committee_id: project.committee_id,
            organization_id: project.organization_id,
            name: given.name,
            place: given.place,
            premises: given.premises,
            content: given.content,
            feature: given.feature,
            state: SiteState::Nominated,
            stars: 0,
            named_on: None,
            term_until: None,
            delist_reason: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        store::insert_site(tx, &site)?;
        Ok(Done::of(site.id, "已推荐，等待党委书记命名。")
            .detail(json!({ "project_id": project.id, "name": site.name, "reason": reason })))
    }
}

impl Within for NominateSite {
    fn within(input: &SiteInput) -> ProjectId {
        input.project_id
    }
}
