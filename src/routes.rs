//! Every route of the service: method, path, who may come in, handler. What they may do there is `who::policy`'s and
//! each room's to say; `tests/matrix.rs` calls every line as every role.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web::{self as actix, ServiceConfig};

use crate::web::route::own;
pub use crate::web::{Access, Route};
use crate::web::{assets, system};
use crate::{
    acceptance, attachments, audit, bids, demo, help, holidays, home, joint, openapi, opening,
    panel, people, projects, rounds, scoring, session, shares, similar,
};

macro_rules! routes {
    ($($method:ident $path:literal $access:ident $handler:path;)+) => {
        vec![$(own(Method::$method, $path, Access::$access, $handler)),+]
    };
}

/// The table. Pages first, then `/api/v1`; a fixed segment stands before a variable one.
pub fn table() -> Vec<Route> {
    [
        system_routes(),
        people_routes(),
        audit_routes(),
        holiday_routes(),
        round_routes(),
        bid_routes(),
        demo_routes(),
        evaluation_routes(),
        crate::rooms::ALL
            .iter()
            .flat_map(|room| (room.routes)())
            .collect(),
        project_routes(),
        acceptance_routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn system_routes() -> Vec<Route> {
    routes! {
        GET "/healthz" Public system::healthz;
        GET "/readyz" Public system::readyz;
        GET "/metrics" Public system::metrics;
        GET "/static/{name}" Public assets::serve;
        GET "/favicon.ico" Public assets::favicon;
        GET "/api/openapi.json" Public openapi::serve;
        GET "/api/docs" Public openapi::docs::show;
    }
}

fn people_routes() -> Vec<Route> {
    routes! {
        GET "/login" Public session::pages::form;
        POST "/login" Public session::pages::login;
        POST "/logout" Person session::pages::logout;
        GET "/home" Person home::pages::show;
        GET "/help" Public help::pages::index;
        GET "/help/{role}" Public help::pages::show;
        GET "/account" Person people::pages::account::show;
        POST "/account/password" Person people::pages::account::password;
        GET "/organizations" Person people::pages::organizations::list;
        POST "/organizations" Person people::pages::organizations::create;
        GET "/organizations/new" Person people::pages::organizations::new;
        POST "/organizations/{id}" Person people::pages::organizations::change;
        GET "/organizations/{id}/edit" Person people::pages::organizations::edit;
        GET "/users" Person people::pages::users::list;
        POST "/users" Person people::pages::users::create;
        GET "/users/new" Person people::pages::users::new;
        GET "/users/{id}" Person people::pages::users::show;
        POST "/users/{id}/roles" Person people::pages::users::grant;
        POST "/users/{id}/roles/{grant}/revoke" Person people::pages::users::revoke;
        POST "/users/{id}/disable" Person people::pages::users::disable;
        POST "/users/{id}/password" Person people::pages::users::password;
        POST "/api/v1/session" Public session::api::login;
        DELETE "/api/v1/session" Person session::api::logout;
        GET "/api/v1/me" Person session::api::me;
        GET "/api/v1/organizations" Person people::api::organizations;
        POST "/api/v1/organizations" Person people::api::create_organization;
        GET "/api/v1/organizations/{id}" Person people::api::organization;
        PATCH "/api/v1/organizations/{id}" Person people::api::change_organization;
        GET "/api/v1/users" Person people::api::users;
        POST "/api/v1/users" Person people::api::create_user;
        GET "/api/v1/users/{id}" Person people::api::user;
        POST "/api/v1/users/{id}/roles" Person people::api::grant_role;
        POST "/api/v1/users/{id}/roles/{grant}/revoke" Person people::api::revoke_role;
        POST "/api/v1/users/{id}/disable" Person people::api::disable_user;
        POST "/api/v1/users/{id}/password" Person people::api::set_password;
    }
}

fn round_routes() -> Vec<Route> {
    routes! {
        GET "/rounds" Person rounds::pages::list;
        POST "/rounds" Person rounds::pages::create;
        GET "/rounds/new" Person rounds::pages::new;
        GET "/rounds/{id}" Person rounds::pages::show;
        GET "/rounds/{id}/edit" Person rounds::pages::edit;
        POST "/rounds/{id}/edit" Person rounds::pages::change;
        POST "/rounds/{id}/publish" Person rounds::pages::publish;
        POST "/rounds/{id}/extend" Person rounds::pages::extend;
        POST "/rounds/{id}/cancel" Person rounds::pages::cancel;
        GET "/rounds/{id}/opening" Person opening::pages::opening;
        POST "/rounds/{id}/opening" Person opening::pages::open;
        GET "/rounds/{id}/openers" Person rounds::pages::openers;
        POST "/rounds/{id}/openers" Person rounds::pages::share_again;
        POST "/rounds/{id}/openers/renew" Person rounds::pages::renew_key;
        POST "/rounds/{id}/copy" Person rounds::pages::copy;
        POST "/rounds/{id}/close" Person rounds::pages::close;
        GET "/rounds/{id}/questions" Person rounds::pages::questions;
        POST "/rounds/{id}/questions" Person rounds::pages::ask;
        POST "/rounds/{round_id}/questions/{id}/answer" Person rounds::pages::answer;
        POST "/rounds/{id}/corrections" Person rounds::pages::correct;
        POST "/rounds/{round_id}/topics/{id}/decision" Person rounds::pages::decide_failed;
        POST "/rounds/{round_id}/bids/{id}/joint" Person rounds::pages::answer_joint;
        GET "/api/v1/rounds" Person rounds::api::list;
        POST "/api/v1/rounds" Person rounds::api::create;
        GET "/api/v1/rounds/{id}" Person rounds::api::show;
        PATCH "/api/v1/rounds/{id}" Person rounds::api::change;
        POST "/api/v1/rounds/{id}/publish" Person rounds::api::publish;
        POST "/api/v1/rounds/{id}/extend" Person rounds::api::extend;
        POST "/api/v1/rounds/{id}/cancel" Person rounds::api::cancel;
        POST "/api/v1/rounds/{id}/opening" Person rounds::api::open;
        GET "/api/v1/rounds/{id}/openers" Person rounds::api::openers;
        POST "/api/v1/rounds/{id}/openers" Person rounds::api::share_again;
        POST "/api/v1/rounds/{id}/openers/renew" Person rounds::api::renew_key;
        POST "/api/v1/rounds/{id}/copy" Person rounds::api::copy;
        POST "/api/v1/rounds/{id}/close" Person rounds::api::close;
        GET "/api/v1/rounds/{id}/questions" Person rounds::api::questions::list;
        POST "/api/v1/rounds/{id}/questions" Person rounds::api::questions::ask;
        POST "/api/v1/questions/{id}/answer" Person rounds::api::questions::answer;
        GET "/api/v1/rounds/{id}/corrections" Person rounds::api::questions::corrections;
        POST "/api/v1/rounds/{id}/corrections" Person rounds::api::questions::correct;
        POST "/api/v1/topics/{id}/decision" Person rounds::api::failed::decide;
        POST "/api/v1/bids/{id}/joint" Person rounds::api::failed::answer_joint;
    }
}

fn bid_routes() -> Vec<Route> {
    routes! {
        GET "/rounds/{id}/bids" Person bids::pages::list;
        POST "/rounds/{id}/bids" Person bids::pages::create;
        GET "/rounds/{id}/similar" Person similar::pages::list;
        POST "/rounds/{id}/similar" Person similar::pages::search;
        GET "/rounds/{id}/similar/{pair_id}" Person similar::pages::show;
        POST "/rounds/{id}/similar/{pair_id}/dismiss" Person similar::pages::dismiss;
        GET "/rounds/{id}/mergers" Person joint::pages::list;
        POST "/rounds/{id}/mergers" Person joint::pages::propose;
        GET "/mergers/{id}" Person joint::pages::show;
        POST "/mergers/{id}/statement" Person joint::pages::change;
        POST "/mergers/{id}/answer" Person joint::pages::answer;
        POST "/mergers/{id}/withdraw" Person joint::pages::withdraw;
        GET "/topics/{id}/split" Person shares::pages::show;
        POST "/topics/{id}/split" Person shares::pages::propose;
        POST "/topics/{id}/split/withdraw" Person shares::pages::withdraw;
        GET "/bids/{id}" Person bids::pages::show;
        GET "/bids/{id}/edit" Person bids::pages::edit;
        POST "/bids/{id}/edit" Public bids::pages::save;
        POST "/bids/{id}/resume" Public bids::pages::resume;
        POST "/bids/{id}/autosave" Person bids::pages::autosave;
        POST "/bids/{id}/copy" Person bids::pages::copy;
        GET "/bids/{id}/revisions" Person bids::pages::revisions;
        GET "/bids/{id}/revisions/{revision}" Person bids::pages::revision;
        POST "/bids/{id}/revisions/{revision}/restore" Person bids::pages::restore;
        POST "/bids/{id}/submit" Person bids::pages::submit;
        POST "/bids/{id}/withdraw" Person bids::pages::withdraw;
        POST "/bids/{id}/void" Person bids::pages::void;
        POST "/bids/{id}/seal_again" Person bids::pages::seal_again;
        GET "/organizations/{id}/keys" Person bids::pages::keys;
        POST "/organizations/{id}/keys" Person bids::pages::grant_key;
        POST "/bids/{id}/attachments" Person attachments::pages::upload_to_bid;
        POST "/steps/{id}/attachments" Person attachments::pages::upload_to_step;
        POST "/rounds/{id}/decision/minute" Person attachments::pages::upload_to_decision;
        POST "/api/v1/rounds/{id}/decision/minute" Person attachments::api::upload_to_decision;
        GET "/attachments/{id}" Person attachments::pages::download;
        POST "/attachments/{id}/remove" Person attachments::pages::remove;
        GET "/api/v1/rounds/{id}/bids" Person bids::api::list;
        POST "/api/v1/rounds/{id}/bids" Person bids::api::create;
        GET "/api/v1/rounds/{id}/similar" Person similar::api::list;
        POST "/api/v1/rounds/{id}/similar" Person similar::api::search;
        GET "/api/v1/rounds/{id}/similar/{pair_id}" Person similar::api::show;
        POST "/api/v1/rounds/{id}/similar/{pair_id}/dismiss" Person similar::api::dismiss;
        GET "/api/v1/rounds/{id}/mergers" Person joint::api::list;
        POST "/api/v1/rounds/{id}/mergers" Person joint::api::propose;
        GET "/api/v1/mergers/{id}" Person joint::api::show;
        PUT "/api/v1/mergers/{id}" Person joint::api::change;
        POST "/api/v1/mergers/{id}/answer" Person joint::api::answer;
        POST "/api/v1/mergers/{id}/withdraw" Person joint::api::withdraw;
        GET "/api/v1/rounds/{id}/splits" Person shares::api::list;
        POST "/api/v1/topics/{id}/split" Person shares::api::propose;
        POST "/api/v1/topics/{id}/split/withdraw" Person shares::api::withdraw;
        GET "/api/v1/bids/{id}" Person bids::api::show;
        PUT "/api/v1/bids/{id}" Person bids::api::save;
        POST "/api/v1/bids/{id}/copy" Person bids::history_api::copy;
        GET "/api/v1/bids/{id}/completeness" Person bids::history_api::completeness;
        GET "/api/v1/bids/{id}/revisions" Person bids::history_api::revisions;
        GET "/api/v1/bids/{id}/revisions/{revision}" Person bids::history_api::revision;
        POST "/api/v1/bids/{id}/revisions/{revision}/restore" Person bids::history_api::restore;
        POST "/api/v1/bids/{id}/submit" Person bids::api::submit;
        POST "/api/v1/bids/{id}/withdraw" Person bids::api::withdraw;
        POST "/api/v1/bids/{id}/void" Person bids::api::void;
        POST "/api/v1/bids/{id}/seal_again" Person bids::api::seal_again;
        GET "/api/v1/organizations/{id}/key_holders" Person bids::api::key_holders;
        POST "/api/v1/organizations/{id}/key_holders" Person bids::api::grant_key;
        GET "/api/v1/bids/{id}/attachments" Person attachments::api::of_bid;
        POST "/api/v1/bids/{id}/attachments" Person attachments::api::upload_to_bid;
        GET "/api/v1/attachments/{id}" Person attachments::api::download;
        DELETE "/api/v1/attachments/{id}" Person attachments::api::remove;
    }
}

fn demo_routes() -> Vec<Route> {
    routes! {
        POST "/demo/clock" Demo demo::pages::clock;
        POST "/api/v1/demo/clock" Demo demo::api::clock;
    }
}

fn evaluation_routes() -> Vec<Route> {
    routes! {
        GET "/users/{id}/interests" Person panel::pages::interests::show;
        POST "/users/{id}/posts" Person panel::pages::interests::add_post;
        POST "/users/{id}/posts/{post}/end" Person panel::pages::interests::end_post;
        POST "/users/{id}/relations" Person panel::pages::interests::add_relation;
        POST "/users/{id}/relations/{relation}/withdraw" Person panel::pages::interests::withdraw_relation;
        GET "/rounds/{id}/panel/conflicts" Person panel::pages::conflicts::show;
        GET "/api/v1/users/{id}/interests" Person panel::api::interests::show;
        POST "/api/v1/users/{id}/posts" Person panel::api::interests::add_post;
        POST "/api/v1/users/{id}/posts/{post}/end" Person panel::api::interests::end_post;
        POST "/api/v1/users/{id}/relations" Person panel::api::interests::add_relation;
        POST "/api/v1/users/{id}/relations/{relation}/withdraw" Person panel::api::interests::withdraw_relation;
        GET "/api/v1/rounds/{id}/panel/conflicts" Person panel::api::conflicts::show;
        GET "/api/v1/rounds/{id}/panel/pool" Person panel::api::draw::pool;
        GET "/api/v1/rounds/{id}/panel/draw" Person panel::api::draw::show;
        POST "/api/v1/rounds/{id}/panel/draw" Person panel::api::draw::prepare;
        POST "/api/v1/rounds/{id}/panel/draw/nonce" Person panel::api::draw::complete;
        POST "/api/v1/rounds/{id}/panel/invitations" Person panel::api::members::invite;
        POST "/api/v1/rounds/{id}/panel/answer" Person panel::api::members::answer;
        PUT "/api/v1/rounds/{id}/panel/substitutes" Person panel::api::members::substitutes;
        POST "/api/v1/rounds/{id}/panel/replacements" Person panel::api::members::replace;
        GET "/api/v1/rounds/{id}/presentation" Person panel::api::draw::presentation;
        POST "/api/v1/rounds/{id}/presentation" Person panel::api::draw::prepare_presentation;
        POST "/api/v1/rounds/{id}/presentation/nonce" Person panel::api::draw::complete_presentation;
        GET "/api/v1/rounds/{id}/panel/assignment" Person panel::api::work::assignment;
        PUT "/api/v1/rounds/{id}/panel/assignment" Person panel::api::work::set_mode;
        GET "/api/v1/rounds/{id}/recusals" Person panel::api::work::recusals;
        POST "/api/v1/recusals/{id}/lift" Person panel::api::work::propose;
        POST "/api/v1/recusals/{id}/confirm" Person panel::api::work::confirm;
        GET "/rounds/{id}/panel/assignment" Person panel::pages::work::assignment;
        POST "/rounds/{id}/panel/assignment" Person panel::pages::work::set_mode;
        GET "/rounds/{id}/recusals" Person panel::pages::work::recusals;
        POST "/recusals/{id}/lift" Person panel::pages::work::propose;
        POST "/recusals/{id}/confirm" Person panel::pages::work::confirm;
        GET "/rounds/{id}/panel/draw" Person panel::pages::draw::show;
        POST "/rounds/{id}/panel/draw" Person panel::pages::draw::prepare;
        POST "/rounds/{id}/panel/draw/nonce" Person panel::pages::draw::complete;
        POST "/rounds/{id}/panel/invitations" Person panel::pages::members::invite;
        POST "/rounds/{id}/panel/answer" Person panel::pages::members::answer;
        POST "/rounds/{id}/panel/substitutes" Person panel::pages::members::substitutes;
        POST "/rounds/{id}/panel/replacements" Person panel::pages::members::replace;
        GET "/rounds/{id}/presentation" Person panel::pages::present::show;
        POST "/rounds/{id}/presentation" Person panel::pages::present::prepare;
        POST "/rounds/{id}/presentation/nonce" Person panel::pages::present::complete;
        GET "/rounds/{id}/panel" Person panel::pages::panel::show;
        POST "/rounds/{id}/panel" Person panel::pages::panel::change;
        POST "/rounds/{id}/scoring" Person scoring::pages::work::start_scoring;
        GET "/evaluations/{id}" Person scoring::pages::work::evaluation;
        POST "/evaluations/{id}/undertaking" Person panel::pages::panel::undertake;
        GET "/evaluations/{id}/score_sheets" Person scoring::pages::sheets::list;
        GET "/evaluations/{id}/blank_sheets" Person scoring::pages::print::blank;
        GET "/bids/{id}/score/print" Person scoring::pages::print::own;
        GET "/score_sheets/{id}" Person scoring::pages::sheets::show;
        GET "/evaluations/{id}/paper_sheets/new" Person scoring::pages::paper::new;
        POST "/evaluations/{id}/paper_sheets" Person scoring::pages::paper::create;
        GET "/score_sheets/{id}/paper" Person scoring::pages::paper::again;
        POST "/score_sheets/{id}/paper" Person scoring::pages::paper::correct;
        POST "/score_sheets/{id}/dispute" Person scoring::pages::paper::dispute;
        POST "/score_sheets/{id}/confirm" Person scoring::pages::paper::confirm;
        POST "/score_sheets/{id}/reopen" Person scoring::pages::sheets::reopen;
        POST "/score_sheets/{id}/restore" Person scoring::pages::sheets::restore;
        POST "/bids/{id}/recusal" Person panel::pages::panel::recuse;
        GET "/bids/{id}/score" Person scoring::pages::score::show;
        POST "/bids/{id}/score" Person scoring::pages::score::save;
        POST "/bids/{id}/score/autosave" Person scoring::pages::score::autosave;
        GET "/api/v1/rounds/{id}/panel" Person panel::api::panel::show;
        PUT "/api/v1/rounds/{id}/panel" Person panel::api::panel::change;
        GET "/api/v1/evaluations/{id}" Person scoring::api::work::evaluation;
        POST "/api/v1/evaluations/{id}/undertaking" Person scoring::api::work::undertake;
        POST "/api/v1/rounds/{id}/scoring" Person scoring::api::work::start_scoring;
        POST "/api/v1/bids/{id}/recusal" Person panel::api::panel::recuse;
        GET "/api/v1/bids/{id}/score_sheet" Person scoring::api::sheet::show;
        PUT "/api/v1/bids/{id}/score_sheet" Person scoring::api::sheet::save;
        GET "/api/v1/evaluations/{id}/score_sheets" Person scoring::api::sheets::list;
        GET "/api/v1/score_sheets/{id}" Person scoring::api::sheets::show;
        POST "/api/v1/evaluations/{id}/paper_sheets" Person scoring::api::paper::enter;
        PUT "/api/v1/score_sheets/{id}/paper" Person scoring::api::paper::correct;
        POST "/api/v1/score_sheets/{id}/dispute" Person scoring::api::paper::dispute;
        POST "/api/v1/score_sheets/{id}/confirm" Person scoring::api::paper::confirm;
        POST "/api/v1/score_sheets/{id}/reopen" Person scoring::api::sheets::reopen;
        POST "/api/v1/score_sheets/{id}/restore" Person scoring::api::sheets::restore;
    }
}

fn audit_routes() -> Vec<Route> {
    routes! {
        GET "/audit" Person audit::pages::list;
        GET "/api/v1/audit" Person audit::api::list;
        GET "/api/v1/public/audit/head" Public audit::api::heads;
    }
}

fn holiday_routes() -> Vec<Route> {
    routes! {
        GET "/calendar" Person holidays::pages::show;
        POST "/calendar/{year}" Person holidays::pages::change;
        GET "/api/v1/holidays/{year}" Person holidays::api::show;
        PUT "/api/v1/holidays/{year}" Person holidays::api::change;
    }
}

fn project_routes() -> Vec<Route> {
    routes! {
        GET "/projects" Person projects::pages::list;
        GET "/projects/{id}" Person projects::pages::show;
        POST "/projects/{id}/steps/{step}" Person projects::pages::write;
        POST "/projects/{id}/steps/{step}/pass" Person projects::pages::pass;
        POST "/projects/{id}/steps/{step}/return" Person projects::pages::send_back;
        GET "/api/v1/projects" Person projects::api::list;
        GET "/api/v1/projects/{id}" Person projects::api::show;
        PUT "/api/v1/projects/{id}/steps/{step}" Person projects::api::save;
        POST "/api/v1/projects/{id}/steps/{step}/submit" Person projects::api::submit;
        POST "/api/v1/projects/{id}/steps/{step}/pass" Person projects::api::pass;
        POST "/api/v1/projects/{id}/steps/{step}/return" Person projects::api::send_back;
    }
}

fn acceptance_routes() -> Vec<Route> {
    routes! {
        GET "/projects/{id}/acceptance" Person acceptance::pages::begin_form;
        POST "/projects/{id}/acceptance" Person acceptance::pages::begin;
        GET "/acceptances/{id}" Person acceptance::pages::show;
        GET "/acceptances/{id}/score_sheet" Person acceptance::pages::sheet;
        POST "/acceptances/{id}/score_sheet" Person acceptance::pages::save_sheet;
        POST "/acceptances/{id}/score_sheet/autosave" Person acceptance::pages::autosave;
        POST "/acceptances/{id}/ballot_codes" Person acceptance::pages::codes;
        POST "/acceptances/{id}/close" Person acceptance::pages::close;
        POST "/acceptances/{id}/decide" Person acceptance::pages::decide;
        GET "/acceptances/{id}/receipts" Public acceptance::pages::receipts;
        GET "/vote/{code}" Public acceptance::pages::asked;
        POST "/vote/{code}" Public acceptance::pages::cast;
        GET "/certificates/{code}" Public acceptance::pages::certificate;
        POST "/api/v1/projects/{id}/acceptance" Person acceptance::api::open;
        GET "/api/v1/acceptances/{id}" Person acceptance::api::show;
        GET "/api/v1/acceptances/{id}/score_sheet" Person acceptance::api::sheet;
        PUT "/api/v1/acceptances/{id}/score_sheet" Person acceptance::api::save_sheet;
        POST "/api/v1/acceptances/{id}/ballot_codes" Person acceptance::api::issue_codes;
        POST "/api/v1/acceptances/{id}/close" Person acceptance::api::close;
        POST "/api/v1/acceptances/{id}/decide" Person acceptance::api::decide;
        GET "/api/v1/acceptances/{id}/receipts" Public acceptance::api::receipts;
        GET "/api/v1/vote/{code}" Public acceptance::api::asked;
        POST "/api/v1/vote/{code}" Public acceptance::api::cast;
        GET "/api/v1/public/certificates/{code}" Public acceptance::api::certificate;
    }
}

/// Registers the table: one resource a path, so that a wrong method is 405.
pub fn configure(config: &mut ServiceConfig) {
    let mut paths: Vec<(&'static str, Vec<actix_web::Route>)> = Vec::new();
    for route in table() {
        match paths.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, handlers)) => handlers.push(route.handler),
            None => paths.push((route.path, vec![route.handler])),
        }
    }
    // A fixed segment stands before a variable one, whatever the order of the table.
    paths.sort_by_key(|(path, _)| path.replace('{', "\u{7f}{"));
    for (path, handlers) in paths {
        config.service(resource(path, handlers));
    }
}

fn resource(
    path: &'static str,
    handlers: Vec<actix_web::Route>,
) -> impl HttpServiceFactory + use<> {
    handlers
        .into_iter()
        .fold(actix::resource(path), actix_web::Resource::route)
}
