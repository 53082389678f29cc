//! What the room hands to the house.

use actix_web::http::Method;

use super::portal::api::{CaseWhole, SearchQuery, SiteWhole};
use super::portal::views::{CaseShown, Hit, NoticeShown, ProjectShown, SiteShown};
use super::portal::{api as open, pages as portal};
use super::store::listed::{CaseListed, ReplicationListed, SiteListed};
use super::store::{Case, Replication, Site};
use super::verbs::{
    Adopt, ChangeCase, Confirm, DelistSite, NameSite, NominateSite, PublishCase, RecheckSite,
    Report, WriteCase,
};
use super::{ReplicationState, SiteState, api, check, pages, todo};
use crate::verbs::{Place, call, call_within, form, form_within};
use crate::web::route::{list, page, public, read};
use crate::web::{Doc, Nav, PageQuery, Room, Route, nav};

pub const ROOM: Room = Room {
    name: "showcase",
    title: "示范推广",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    nav: &[
        Nav::new(10, "首页", "/", nav::visitors),
        Nav::new(20, "案例", "/cases", nav::visitors),
        Nav::new(30, "示范点", "/sites", nav::visitors),
        Nav::new(40, "公示", "/announcements", nav::visitors),
        Nav::new(50, "查找", "/search", nav::visitors),
        Nav::new(90, "示范推广", "/showcase", nav::business),
    ],
};

fn routes() -> Vec<Route> {
    let mut all = kept();
    all.extend(done());
    all.extend(portal_pages());
    all.extend(portal_calls());
    all
}

fn kept() -> Vec<Route> {
    vec![
        page("/showcase", pages::list),
        page("/projects/{id}/case", pages::case_form),
        page("/showcase/cases/{id}", pages::case),
        page("/projects/{id}/site", pages::nominate),
        page("/showcase/sites/{id}", pages::site),
        page("/showcase/adopt", pages::adopt),
        page("/showcase/replications/{id}", pages::replication),
        list("/api/v1/cases", api::cases, &api::CASES).doc(
            Doc::list::<CaseListed>("Cases of one's own organizations and of those one oversees, newest first.")
                .query::<api::CasesQuery>(),
        ),
        list("/api/v1/sites", api::sites, &api::SITES).doc(
            Doc::list::<SiteListed>("Sites of one's own organizations and of those one oversees, whatever their state, newest first.")
                .query::<api::SitesQuery>()
                .with::<SiteState>(),
        ),
        list("/api/v1/replications", api::replications, &api::REPLICATIONS).doc(
            Doc::list::<ReplicationListed>("Replications by or from one's own organizations and those one oversees, newest first.")
                .query::<api::ReplicationsQuery>()
                .with::<ReplicationState>(),
        ),
        read("/api/v1/cases/{id}", api::case).doc(Doc::of::<Case>("A case, published or not.")),
        read("/api/v1/sites/{id}", api::site).doc(Doc::of::<Site>("A site, whatever its state.")),
        read("/api/v1/replications/{id}", api::replication).doc(Doc::of::<Replication>(
            "A replication: both organizations and who oversees them.",
        )),
    ]
}

fn done() -> Vec<Route> {
    vec![
        form::<WriteCase>("/projects/{id}/case", Place::on(pages::case_form)),
        call_within::<WriteCase>("/api/v1/cases"),
        call::<ChangeCase>(Method::PUT, "/api/v1/cases/{id}"),
        form::<PublishCase>("/showcase/cases/{id}/publish", Place::on(pages::case)),
        call::<PublishCase>(Method::POST, "/api/v1/cases/{id}/publish"),
        form::<NominateSite>("/projects/{id}/site", Place::on(pages::nominate)),
        call_within::<NominateSite>("/api/v1/sites"),
        form::<NameSite>("/showcase/sites/{id}/name", Place::on(pages::site)),
        call::<NameSite>(Method::POST, "/api/v1/sites/{id}/name"),
        form::<RecheckSite>("/showcase/sites/{id}/recheck", Place::on(pages::site)),
        call::<RecheckSite>(Method::POST, "/api/v1/sites/{id}/recheck"),
        form::<DelistSite>("/showcase/sites/{id}/delist", Place::on(pages::site)),
        call::<DelistSite>(Method::POST, "/api/v1/sites/{id}/delist"),
        form_within::<Adopt>("/showcase/adopt", Place::on(pages::adopt)),
        call_within::<Adopt>("/api/v1/replications"),
        form::<Report>(
            "/showcase/replications/{id}/report",
            Place::on(pages::replication),
        ),
        call::<Report>(Method::POST, "/api/v1/replications/{id}/report"),
        form::<Confirm>(
            "/showcase/replications/{id}/confirm",
            Place::on(pages::replication),
        ),
        call::<Confirm>(Method::POST, "/api/v1/replications/{id}/confirm"),
    ]
}

fn portal_pages() -> Vec<Route> {
    vec![
        public("/", portal::home),
        public("/cases", portal::cases),
        public("/cases/{id}", portal::case),
        public("/sites", portal::sites),
        public("/sites/{id}", portal::site),
        public("/announcements", portal::announcements),
        public("/announcements/{id}", portal::announcement),
        public("/guides/{round_id}", portal::guide),
        public("/search", portal::search),
        public("/feed.xml", portal::feed),
    ]
}

fn portal_calls() -> Vec<Route> {
    vec![
        public("/api/v1/public/projects", open::projects).doc(
            Doc::list::<ProjectShown>("Accepted projects with their grade.").query::<PageQuery>(),
        ),
        public("/api/v1/public/cases", open::cases)
            .doc(Doc::list::<CaseShown>("Published cases.").query::<PageQuery>()),
        public("/api/v1/public/cases/{id}", open::case)
            .doc(Doc::of::<CaseWhole>("One published case.")),
        public("/api/v1/public/sites", open::sites)
            .doc(Doc::list::<SiteShown>("Named demonstration sites.").query::<PageQuery>()),
        public("/api/v1/public/sites/{id}", open::site)
            .doc(Doc::of::<SiteWhole>("One site that is or was named.")),
        public("/api/v1/public/announcements", open::announcements)
            .doc(Doc::list::<NoticeShown>("Announcements, newest first.").query::<PageQuery>()),
        public("/api/v1/public/announcements/{id}", open::announcement)
            .doc(Doc::of::<NoticeShown>("One announcement.")),
        public("/api/v1/public/search", open::search).doc(
            Doc::list::<Hit>("Published cases, named sites and announcements that contain a text, newest first. Two thousand of each are looked through for one page: it may have few hits or none, and a next one.")
                .query::<SearchQuery>(),
        ),
    ]
}
