//! The HTTP face: every endpoint and every refusal, through the real router and over real sockets.

mod shelf;
mod client;
mod endpoints;
mod refusals;
mod escaping;
mod sockets;
