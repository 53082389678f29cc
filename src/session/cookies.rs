//! The cookies of a browser: the one that carries a session, and the one that says that an account was logged into here.

use actix_web::cookie::{Cookie, SameSite, time::Duration};

use super::actions::Login;
use super::credentials::LIFE_HOURS;
use super::store::DEVICE_DAYS;

pub const COOKIE: &str = "biaogan";
/// Stays for long, logged in or not.
pub const DEVICE_COOKIE: &str = "biaogan_device";

/// What a page's login leaves in the browser; `secure` when people come by https.
pub fn cookies_of(login: &Login, secure: bool) -> Vec<Cookie<'static>> {
    let session = kept(COOKIE, login.token.clone(), secure, SameSite::Lax);
    let session = session.max_age(Duration::hours(LIFE_HOURS));
    let device = login.device.clone().map(|device| {
        let cookie = kept(DEVICE_COOKIE, device, secure, SameSite::Strict);
        cookie.max_age(Duration::days(DEVICE_DAYS))
    });
    let all = [Some(session), device].into_iter().flatten();
    all.map(|cookie| cookie.finish()).collect()
}

/// What takes the session's cookie out of the browser.
pub fn session_gone() -> Cookie<'static> {
    let mut gone = Cookie::build(COOKIE, "").path("/").http_only(true).finish();
    gone.make_removal();
    gone
}

fn kept(
    name: &'static str,
    value: String,
    secure: bool,
    site: SameSite,
) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(site)
}
