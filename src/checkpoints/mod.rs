//! Checkpoints (存证点): the heads of all chains, signed by a supervisor or an audit administrator with a key of their own
//! that this service never has; and proofs that one event stands under them.
//!
//! Owns `audit_signers`, `checkpoints`, `checkpoint_heads`. A key is its holder's from the first checkpoint that it signs,
//! until the holder gives it up. Everybody may read who signed what, and download it. Whoever holds a receipt, an opening's
//! minute, a result or a contract downloads its proof: one file that `biaogan verify` and `static/verify.html` verify
//! without this service.
//!
//! Refused: a checkpoint whose signature does not fit, that contradicts the trail, or whose key is another person's or was
//! given up.
//!
//! Invariant: the trail bears every checkpoint out.

mod api;
mod check;
mod pages;
pub mod room;
mod scene;
mod store;
mod todo;
mod verbs;
