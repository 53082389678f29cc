//! Nominating, naming, rechecking and delisting a site.

use serde_json::json;

use super::{event, refusal_of};
use crate::audit::{self, Verb};
use crate::clock;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::SiteId;
use crate::people;
use crate::projects::{self, Grade, Project};
use crate::rounds::{self, AnnouncementKind, Post};
use crate::showcase::input::{DelistInput, SiteInput, StarsInput};
use crate::showcase::store::{self, Site};
use crate::showcase::{SiteAction, SiteState, rules};
use crate::who::{Actor, Role, policy};

/// The site, if this actor may know of it: whoever sees the project.
pub fn visible_site(c: &mut Conn, actor: &Actor, id: SiteId) -> Result<Site> {
    actor.person()?;
    let site = store::site(c, id)?;
    projects::visible(c, actor, site.project_id)?;
    Ok(site)
}

/// Whether this person can nominate a site of the project now.
pub fn may_nominate(c: &mut Conn, actor: &Actor, project: &Project) -> Result<()> {
    let committee = people::organization(c, project.committee_id)?;
    policy::may_run(actor, &committee.path)?;
    match project.grade {
        Some(Grade::Excellent | Grade::Good) => {}
        Some(Grade::Qualified | Grade::Unqualified) | None => {
            return Err(Refusal::new(
                "grade_too_low",
                "验收为优秀的项目才能推荐为示范点，良好的须写明理由。",
            )
            .into());
        }
    }
    if store::site_of(c, project.id)?.is_some() {
        return Err(Refusal::new("site_nominated", "这个项目已经推荐过示范点。").into());
    }
    Ok(())
}

/// Why this person cannot nominate a site of the project now, or nothing.
pub fn nominate_refusal(c: &mut Conn, actor: &Actor, project: &Project) -> Result<Option<Refusal>> {
    refusal_of(may_nominate(c, actor, project))
}

/// Nominates a site: the committee's office.
pub fn nominate_site(tx: &mut Tx, actor: &Actor, input: &SiteInput) -> Result<Site> {
    let project = projects::visible(tx, actor, input.project_id)?;
    may_nominate(tx, actor, &project)?;
    let reason = input
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    if project.grade == Some(Grade::Good) && reason.is_none() {
        return Err(Error::field("reason", "验收为良好的项目，请写明推荐理由。"));
    }
    for (name, text) in [
        ("name", &input.name),
        ("place", &input.place),
        ("premises", &input.premises),
        ("content", &input.content),
        ("feature", &input.feature),
    ] {
        if text.trim().is_empty() {
            return Err(Error::field(name, "请填写这一项。"));
        }
    }
    let now = tx.now();
    let given = |text: &str| text.trim().to_owned();
    let site = Site {
        id: SiteId::fresh(now),
        project_id: project.id,
        committee_id: project.committee_id,
        organization_id: project.organization_id,
        name: given(&input.name),
        place: given(&input.place),
        premises: given(&input.premises),
        content: given(&input.content),
        feature: given(&input.feature),
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
    let recorded = about(Verb::SiteNominated, &site)
        .detail(json!({ "project_id": site.project_id, "name": site.name, "reason": reason }));
    audit::record(tx, actor, recorded)?;
    Ok(site)
}

fn about(verb: Verb, site: &Site) -> audit::Event {
    event(
        verb,
        site.committee_id,
        "site",
        site.id.0,
        site.organization_id,
        site.version,
    )
}

fn may(c: &mut Conn, actor: &Actor, site: &Site, action: SiteAction) -> Result<SiteState> {
    let committee = people::organization(c, site.committee_id)?;
    actor.require(Role::CommitteeSecretary, &committee.path)?;
    Ok(rules::next_site(site.state, action)?)
}

/// Why this person cannot name, recheck or delist the site now, or nothing.
pub fn name_refusal(
    c: &mut Conn,
    actor: &Actor,
    site: &Site,
    action: SiteAction,
) -> Result<Option<Refusal>> {
    refusal_of(may(c, actor, site, action).map(|_| ()))
}

fn begin(
    tx: &mut Tx,
    actor: &Actor,
    id: SiteId,
    version: Option<i64>,
    action: SiteAction,
) -> Result<Site> {
    let mut site = visible_site(tx, actor, id)?;
    let state = may(tx, actor, &site, action)?;
    if version.is_some_and(|version| version != site.version) {
        return Err(Error::stale());
    }
    site.state = state;
    Ok(site)
}

fn write(tx: &mut Tx, site: &mut Site) -> Result<()> {
    let now = tx.now();
    store::update_site(tx, site, now)?;
    site.version += 1;
    site.updated_at = now;
    tx.publish_change()
}

/// Names the site for three years from today, with its stars, and says so on the portal: the committee secretary.
pub fn name_site(
    tx: &mut Tx,
    actor: &Actor,
    id: SiteId,
    version: Option<i64>,
    input: &StarsInput,
) -> Result<Site> {
    let mut site = begin(tx, actor, id, version, SiteAction::Name)?;
    let today = clock::local_date(tx.now());
    site.stars = input.stars;
    site.named_on = Some(today);
    site.term_until = Some(rules::term_until(today));
    write(tx, &mut site)?;
    let organization = people::organization(tx, site.organization_id)?;
    let project = projects::find(tx, site.project_id)?;
    let body = format!(
        "经党委研究，决定命名“{}”为{}党建示范点，命名期至{}。\n承担组织：{}。\n来源项目：{}。\n地点：{}。",
        site.name,
        rules::stars_words(site.stars),
        site.term_until.map(clock::show_date).unwrap_or_default(),
        organization.name,
        project.title,
        site.place,
    );
    rounds::announce(
        tx,
        Post {
            committee: site.committee_id,
            round: None,
            kind: AnnouncementKind::Site,
            title: format!("关于命名“{}”的公告", site.name),
            body,
            ends_on: None,
        },
    )?;
    let recorded = about(Verb::SiteNamed, &site)
        .detail(json!({ "stars": site.stars, "term_until": site.term_until, "note": input.note }));
    audit::record(tx, actor, recorded)?;
    Ok(site)
}

/// Keeps the site for another term from today, with its stars as they now are: the committee secretary.
pub fn recheck_site(
    tx: &mut Tx,
    actor: &Actor,
    id: SiteId,
    version: Option<i64>,
    input: &StarsInput,
) -> Result<Site> {
    let mut site = begin(tx, actor, id, version, SiteAction::Recheck)?;
    let before = site.stars;
    site.stars = input.stars;
    site.term_until = Some(rules::term_until(clock::local_date(tx.now())));
    write(tx, &mut site)?;
    let recorded = about(Verb::SiteRechecked, &site).detail(json!({
        "stars": site.stars, "stars_before": before, "term_until": site.term_until, "note": input.note,
    }));
    audit::record(tx, actor, recorded)?;
    Ok(site)
}

/// Takes the name back, with the reason on the portal: the committee secretary.
pub fn delist_site(
    tx: &mut Tx,
    actor: &Actor,
    id: SiteId,
    version: Option<i64>,
    input: &DelistInput,
) -> Result<Site> {
    let mut site = begin(tx, actor, id, version, SiteAction::Delist)?;
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明摘牌的原因。"));
    }
    site.delist_reason = Some(reason.to_owned());
    write(tx, &mut site)?;
    rounds::announce(
        tx,
        Post {
            committee: site.committee_id,
            round: None,
            kind: AnnouncementKind::Site,
            title: format!("关于“{}”摘牌的公告", site.name),
            body: format!("“{}”不再保留党建示范点命名。\n原因：{reason}", site.name),
            ends_on: None,
        },
    )?;
    let recorded = about(Verb::SiteDelisted, &site).detail(json!({ "reason": reason }));
    audit::record(tx, actor, recorded)?;
    Ok(site)
}
