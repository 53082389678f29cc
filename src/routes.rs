//! Every route of the service: method, path, who may come in, handler. What they may do there is `who::policy`'s and
//! each room's to say; `tests/matrix.rs` calls every line as every role.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web::{self as actix, ServiceConfig};

use crate::web::route::own;
pub use crate::web::{Access, Route};
use crate::{award, panel, result, scoring};

macro_rules! routes {
    ($($method:ident $path:literal $access:ident $handler:path;)+) => {
        vec![$(own(Method::$method, $path, Access::$access, $handler)),+]
    };
}

/// The table. Pages first, then `/api/v1`; a fixed segment stands before a variable one.
pub fn table() -> Vec<Route> {
    [
        evaluation_routes(),
        crate::rooms::ALL
            .iter()
            .flat_map(|room| (room.routes)())
            .collect(),
    ]
    .into_iter()
    .flatten()
    .collect()
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
        POST "/rounds/{id}/lock" Person result::pages::result::lock;
        GET "/rounds/{id}/result" Person result::pages::result::show;
        GET "/rounds/{id}/result/{bid}" Person result::pages::working::show;
        GET "/rounds/{id}/result.json" Person result::pages::result::export;
        GET "/rounds/{id}/superseded/{superseded_id}" Person result::api::result::superseded;
        POST "/rounds/{id}/tie" Person result::pages::result::record_tie;
        GET "/rounds/{id}/lots" Person result::pages::lots::show;
        POST "/rounds/{id}/lots" Person result::pages::lots::commit;
        POST "/lots/{id}/reveal" Person result::pages::lots::reveal;
        POST "/lots/{id}/void" Person result::pages::lots::void;
        GET "/api/v1/rounds/{id}/lots" Person result::api::lots::show;
        POST "/api/v1/rounds/{id}/lots" Person result::api::lots::commit;
        POST "/api/v1/lots/{id}/reveal" Person result::api::lots::reveal;
        POST "/api/v1/lots/{id}/void" Person result::api::lots::void;
        GET "/rounds/{id}/fairness" Person result::pages::fairness::fairness;
        GET "/rounds/{id}/decision" Person award::pages::decision::form;
        POST "/rounds/{id}/decision" Person award::pages::decision::decide;
        POST "/rounds/{id}/publicity" Person award::pages::publicity::publicize;
        POST "/rounds/{id}/conclude" Person award::pages::publicity::conclude;
        GET "/rounds/{id}/objection" Public award::pages::objection::form;
        POST "/rounds/{id}/objection" Public award::pages::objection::lodge;
        GET "/objections/{code}" Public award::pages::objection::follow;
        POST "/objections/{code}" Public award::pages::objection::add;
        GET "/rounds/{id}/objections" Person award::pages::objection::list;
        POST "/objections/{id}/answer" Person award::pages::objection::answer;
        POST "/objections/{id}/acknowledge" Person award::pages::objection::acknowledge;
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
        POST "/api/v1/rounds/{id}/lock" Person result::api::result::lock;
        GET "/api/v1/rounds/{id}/result" Person result::api::result::show;
        GET "/api/v1/rounds/{id}/result.json" Person result::api::result::export;
        POST "/api/v1/rounds/{id}/tie" Person result::api::result::record_tie;
        GET "/api/v1/rounds/{id}/fairness" Person result::api::result::fairness;
        POST "/api/v1/rounds/{id}/decision" Person award::api::decision::decide;
        POST "/api/v1/rounds/{id}/publicity" Person award::api::decision::publicize;
        POST "/api/v1/rounds/{id}/conclude" Person award::api::decision::conclude;
        POST "/api/v1/public/rounds/{id}/objections" Public award::api::objection::lodge;
        GET "/api/v1/public/objections/{code}" Public award::api::objection::follow;
        POST "/api/v1/public/objections/{code}" Public award::api::objection::add;
        GET "/api/v1/rounds/{id}/objections" Person award::api::objection::list;
        POST "/api/v1/objections/{id}/answer" Person award::api::objection::answer;
        POST "/api/v1/objections/{id}/acknowledge" Person award::api::objection::acknowledge;
        GET "/api/v1/rounds/{id}/superseded/{superseded_id}" Person result::api::result::superseded;
    }
}

/// Addresses of old, which go on answering as the ones that took their place do.
const OLD: &[(&str, &str)] = &[
    ("/rounds/{id}/mergers", "/rounds/{id}/joint"),
    ("/mergers/{id}", "/joint/{id}"),
    ("/topics/{id}/split", "/topics/{id}/shares"),
    ("/rounds/{id}/splits", "/rounds/{id}/shares"),
];

/// The routes once more, under the addresses that some of them had.
fn as_of_old() -> Vec<Route> {
    let mut old = table();
    old.retain_mut(|route| {
        let (api, path) = match route.path.strip_prefix("/api/v1") {
            Some(path) => ("/api/v1", path),
            None => ("", route.path),
        };
        let before = OLD.iter().find_map(|(before, now)| {
            let rest = path.strip_prefix(now)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{api}{before}{rest}"))
        });
        match before {
            Some(before) => {
                route.path = before.leak();
                true
            }
            None => false,
        }
    });
    old
}

/// Registers the table: one resource a path, so that a wrong method is 405.
pub fn configure(config: &mut ServiceConfig) {
    let mut paths: Vec<(&'static str, Vec<actix_web::Route>)> = Vec::new();
    for route in table().into_iter().chain(as_of_old()) {
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
