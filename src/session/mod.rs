//! Logging in and out, and the person behind a request.
//!
//! A session is a row; a JWT only names it. Pages carry it in an HttpOnly SameSite cookie together with a CSRF token
//! in each form, programs as a Bearer token. Both check the row on each request, so logging out ends it at once.
//!
//! Logging in and out keep their own handlers: they give and take the cookie that carries a session, and a password is
//! checked before anything is written.
//!
//! A session opened with a password that somebody else set is good for changing it, and for nothing else; such a password
//! opens one within [`ONE_TIME_HOURS`].
//!
//! Wrong passwords are counted by account: each device that it was logged into with for itself, all others together. Whoever
//! tries somebody's password locks themselves out, and its owner where they never logged in, but not where they did. The
//! owner is told what was tried.
//!
//! Refused: a wrong or locked login, an expired, idle or revoked session, a form without its CSRF token.

mod actions;
mod attempts;
mod cookies;
mod credentials;
mod hs256;
mod origin;
mod store;
mod strangers;

pub use actions::{
    Entered, Login, ONE_TIME_HOURS, check_named_password, check_password, login, logout,
    revoke_all, sweep, touch,
};
pub use cookies::{COOKIE, DEVICE_COOKIE, cookies_of, session_gone};
pub use credentials::{
    CHANGE_FIRST, Keys, Who, act_as, change_first, claims_of, page_claims_of, resolve,
};
pub use origin::Origin;
pub use store::{FailedAttempt, demo_accounts, failed_of, forget_failed};

crate::text_enum! {
    /// What the session was opened for: a page's cookie is no Bearer token and the other way round.
    SessionKind { Page = "page" "网页", Api = "api" "接口" }
}
