//! The HTTP face: every endpoint and every refusal, through the real router and over real sockets.

#![expect(clippy::unwrap_used, reason = "a failure in a helper fails the test that called it")]

mod shelf;
mod client;
mod comparing;
mod endpoints;
mod counting;
mod refusals;
mod escaping;
mod originals;
mod exports;
mod sockets;
mod views;
