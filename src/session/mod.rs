//! Logging in and out, and the person behind a request.
//!
//! A session is a row; a JWT only names it. Pages carry it in an HttpOnly SameSite cookie together with a CSRF token
//! in each form, programs as a Bearer token. Both check the row on each request, so logging out ends it at once.
//!
//! Logging in and out keep their own handlers: they give and take the cookie that carries a session, and a password is
//! checked before anything is written.
//!
//! A session opened with a password that somebody else set is good for changing it, and for nothing else.
//!
//! Refused: a wrong or locked login, an expired, idle or revoked session, a form without its CSRF token.

mod actions;
mod credentials;
mod hs256;
mod store;
mod strangers;

pub use actions::{check_named_password, check_password, login, logout, revoke_all, sweep, touch};
pub use credentials::{
    CHANGE_FIRST, COOKIE, Keys, Who, act_as, change_first, claims_of, cookie_of, page_claims_of,
    resolve,
};
pub use store::demo_accounts;

crate::text_enum! {
    /// What the session was opened for: a page's cookie is no Bearer token and the other way round.
    SessionKind { Page = "page" "网页", Api = "api" "接口" }
}
