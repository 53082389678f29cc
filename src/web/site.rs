//! Which requests come from this site's own pages, and where on it somebody was before.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Data;

use super::App;
use crate::error::{Error, Refusal, Result};

fn said<'a>(req: &'a HttpRequest, name: &str) -> Option<&'a str> {
    req.headers().get(name)?.to_str().ok()
}

/// A form of another site does nothing here, whoever's browser sends it: nor does it log anybody in, who would work under a
/// name that is not theirs. A browser that says nothing of where it comes from is believed.
pub fn own_site(req: &HttpRequest) -> Result<()> {
    let own = match (said(req, "sec-fetch-site"), said(req, "origin")) {
        (Some(site), _) if site != "same-origin" && site != "none" => false,
        (_, None) => true,
        (Some(_), Some("null")) => true,
        (_, Some(origin)) => {
            let host = |address: &str| address.split_once("://").map(|(_, host)| host.to_owned());
            let public = req
                .app_data::<Data<App>>()
                .and_then(|app| host(app.public_url.trim_end_matches('/')));
            let from = host(origin);
            from.is_some() && (from.as_deref() == said(req, "host") || from == public)
        }
    };
    if own {
        return Ok(());
    }
    let refusal = Refusal::new("cross_origin", "这份表单来自别的网站，没有办理。");
    Err(Error::Forbidden(refusal.remedy("请在本站的页面上办理。")))
}

/// The page of this site that somebody came from; never this one again.
pub fn came_from(req: &HttpRequest) -> Option<String> {
    let referer = said(req, header::REFERER.as_str())?;
    let (host, path) = referer.split_once("://")?.1.split_once('/')?;
    let path = format!("/{}", path.trim_start_matches(['/', '\\']));
    let own = said(req, header::HOST.as_str())? == host;
    (own && (path != req.path() || !req.method().is_safe())).then_some(path)
}
