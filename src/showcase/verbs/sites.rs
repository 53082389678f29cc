//! Naming, rechecking and delisting a site: the committee secretary.

use crate::rounds::{self, AnnouncementKind, Post};
use crate::showcase::input::{DelistInput, StarsInput};
use crate::showcase::scene::SiteScene;
use crate::showcase::store::{self, Site};
use crate::showcase::{SiteAction, SiteState, rules};
use crate::text::quoted;
use crate::verbs::prelude::*;
use crate::{clock, people};

/// Names the site for three years from today, with its stars, and says so on the portal.
pub struct NameSite;

/// Keeps the site for another term from today, with its stars as they now are.
pub struct RecheckSite;

/// Takes the name back, with the reason on the portal.
pub struct DelistSite;

fn who(on: &SiteScene, actor: &Actor) -> Result<()> {
    actor.require(Role::CommitteeSecretary, &on.committee_path)
}

impl Verb for NameSite {
    type On = SiteScene;
    type Gives = SiteScene;
    type Input = StarsInput;
    type Ready = SiteState;

    const NAME: &'static str = "name";
    const SAYS: &'static str = "Name a site for three years from today: the committee secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SiteNamed);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["site_already_named", "site_delisted"];

    fn who(on: &SiteScene, actor: &Actor) -> Result<()> {
        who(on, actor)
    }

    fn when(_: &mut Conn, on: &SiteScene, _: &Actor, _: Instant) -> Result<SiteState> {
        Ok(rules::next_site(on.site.state, SiteAction::Name)?)
    }

    fn perform(
        tx: &mut Tx,
        on: SiteScene,
        state: SiteState,
        _: &Actor,
        input: &StarsInput,
    ) -> Result<Done<Self>> {
        let today = clock::local_date(tx.now());
        let site = Site {
            state,
            stars: input.stars,
            named_on: Some(today),
            term_until: Some(rules::term_until(today)),
            ..on.site
        };
        write(tx, &site)?;
        let organization = people::organization(tx, site.organization_id)?.name;
        let body = format!(
            "经党委研究，决定命名为{}党建示范点，命名期至{}。\n名称：{}。\n承担组织：{organization}。\n来源项目：{}。\n地点：{}。",
            rules::stars_words(site.stars),
            site.term_until.map(clock::show_date).unwrap_or_default(),
            site.name,
            on.project.title,
            site.place,
        );
        announce(
            tx,
            &site,
            format!("关于命名{}的公告", quoted(&site.name)),
            body,
        )?;
        Ok(Done::of(site.id, "已命名，公告已发布。")
            .detail(
                json!({ "stars": site.stars, "term_until": site.term_until, "note": input.note }),
            )
            .to(format!("/sites/{}", site.id)))
    }
}

impl Verb for RecheckSite {
    type On = SiteScene;
    type Gives = SiteScene;
    type Input = StarsInput;
    type Ready = SiteState;

    const NAME: &'static str = "recheck";
    const SAYS: &'static str = "Keep a site for another term from today: the committee secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SiteRechecked);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["site_not_named", "site_delisted"];

    fn who(on: &SiteScene, actor: &Actor) -> Result<()> {
        who(on, actor)
    }

    fn when(_: &mut Conn, on: &SiteScene, _: &Actor, _: Instant) -> Result<SiteState> {
        Ok(rules::next_site(on.site.state, SiteAction::Recheck)?)
    }

    fn perform(
        tx: &mut Tx,
        on: SiteScene,
        state: SiteState,
        _: &Actor,
        input: &StarsInput,
    ) -> Result<Done<Self>> {
        let before = on.site.stars;
        let site = Site {
            state,
            stars: input.stars,
            term_until: Some(rules::term_until(clock::local_date(tx.now()))),
            ..on.site
        };
        write(tx, &site)?;
        Ok(Done::of(site.id, "复核已记录，命名期从今天起重新计算。").detail(json!({
            "stars": site.stars, "stars_before": before, "term_until": site.term_until, "note": input.note,
        })))
    }
}

impl Verb for DelistSite {
    type On = SiteScene;
    type Gives = SiteScene;
    type Input = DelistInput;
    type Ready = SiteState;

    const NAME: &'static str = "delist";
    const SAYS: &'static str =
        "Take a site's name back, with the reason on the portal: the committee secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SiteDelisted);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["site_not_named", "site_delisted"];

    fn who(on: &SiteScene, actor: &Actor) -> Result<()> {
        who(on, actor)
    }

    fn when(_: &mut Conn, on: &SiteScene, _: &Actor, _: Instant) -> Result<SiteState> {
        Ok(rules::next_site(on.site.state, SiteAction::Delist)?)
    }

    fn perform(
        tx: &mut Tx,
        on: SiteScene,
        state: SiteState,
        _: &Actor,
        input: &DelistInput,
    ) -> Result<Done<Self>> {
        let reason = &input.reason;
        let site = Site {
            state,
            delist_reason: Some(reason.clone()),
            ..on.site
        };
        write(tx, &site)?;
        let body = format!(
            "不再保留党建示范点命名。\n名称：{}。\n原因：{reason}",
            site.name
        );
        announce(
            tx,
            &site,
            format!("关于{}摘牌的公告", quoted(&site.name)),
            body,
        )?;
        Ok(Done::of(site.id, "已摘牌，公告已发布。").detail(json!({ "reason": reason })))
    }
}

fn write(tx: &mut Tx, site: &Site) -> Result<()> {
    let now = tx.now();
    store::update_site(tx, site, now)?;
    tx.publish_change()
}

fn announce(tx: &mut Tx, site: &Site, title: String, body: String) -> Result<()> {
    let post = Post {
        committee: site.committee_id,
        round: None,
        kind: AnnouncementKind::Site,
        title,
        body,
        ends_on: None,
    };
    rounds::announce(tx, post).map(|_| ())
}
