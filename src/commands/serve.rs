//! Runs the demo server on its own, for curl and other clients.

use std::io::Write as _;
use std::path::PathBuf;

use tokio::runtime::Runtime;

use crate::call::{Dataset, UserError, reason};
use crate::demo::server::{self, ServedCall};
use crate::demo::weather::Weather;
use crate::graph::CallId;
use crate::source::Source;
use crate::stderr;

use super::{Basis, Exit, output, report_error, usage};

/// Serves until interrupted.
pub fn serve(
    runtime: &Runtime,
    files: Vec<PathBuf>,
    port: u16,
    weather: Weather,
    basis: Basis,
) -> color_eyre::Result<Exit> {
    runtime.block_on(async {
        let calls = match files.is_empty() {
            true => ServedCall::all_demo(),
            false => match saved_calls(files, basis).await {
                Ok(calls) => calls,
                Err(trouble) => return Ok(report_error(&trouble)),
            },
        };
        let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
        let running = match server::start(calls, weather, port).await {
            Ok(running) => running,
            Err(error) => {
                let what = format!("cannot listen on loopback port {port}: {}", reason(&error));
                return Ok(report_error(&usage(what, "name another port with --port, or 0 for any free one")));
            }
        };
        let root = &running.root;
        stderr::report(&format!(
            "serving at {root} with the token {}; also issues tokens for an application:\n\
             AZURE_TENANT_ID={} AZURE_CLIENT_ID={} AZURE_CLIENT_SECRET={} callscope --graph-url {root} --login-url {root} ID",
            server::TOKEN,
            server::TENANT,
            server::CLIENT,
            server::SECRET,
        ));
        let told = output::print(Exit::Done, |out| {
            ids.iter().try_for_each(|id| writeln!(out, "CALLSCOPE_TOKEN={} callscope --graph-url {root} {id}", server::TOKEN))
        });
        if told != Exit::Done {
            return Ok(told);
        }
        tokio::select! {
            served = running.task => served??,
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(Exit::Done)
    })
}

/// Loads saved calls, to be served as they were received.
async fn saved_calls(files: Vec<PathBuf>, basis: Basis) -> Result<Vec<ServedCall>, UserError> {
    let mut load = basis.load(Source::Paths(files));
    let mut loaded = Dataset::default();
    while let Some(arrival) = load.next().await {
        loaded.take(arrival, 0);
    }
    if let Some(trouble) = loaded.nothing_to_show() {
        return Err(trouble);
    }
    for problem in loaded.problems.iter() {
        stderr::note(&problem.words());
    }
    loaded.calls().iter().map(|call| ServedCall::saved(call, &load.store)).collect()
}
