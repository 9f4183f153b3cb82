//! What is to be opened: files and folders, standard input, or a call of a service.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

use crate::call::{Trouble, TroubleKind};
use crate::cli::Target;
use crate::graph::{CallId, Patience, Service, SignIn, Token};
use crate::source::{LiveCall, Source};

use super::usage;

/// What the targets are; `None` when there are none.
pub fn source_of(options: &Target) -> Result<Option<Source>, Trouble> {
    match options.targets.as_slice() {
        [] if io::stdin().is_terminal() => Ok(None),
        [] => Ok(Some(Source::Stdin)),
        [target] if target == "-" => Ok(Some(Source::Stdin)),
        [target] => match CallId::parse(target).filter(|_| !PathBuf::from(target).exists()) {
            Some(call) => live_call(options, call).map(|live| Some(Source::Live(Box::new(live)))),
            None => Ok(Some(Source::Paths(vec![target.into()]))),
        },
        many => match many.iter().find(|target| *target == "-" || CallId::parse(target).is_some()) {
            Some(alone) => Err(usage(
                format!("{alone} cannot be opened together with others"),
                "standard input and calls of a service are opened one at a time; files and folders can be joined",
            )),
            None => Ok(Some(Source::Paths(many.iter().map(PathBuf::from).collect()))),
        },
    }
}

/// Says that nothing was named.
pub fn nothing() -> Trouble {
    let hint = "name a file, a folder, `-` or a call id; `callscope --help` has examples";
    usage("there is nothing to explore", hint)
}

fn live_call(options: &Target, call: CallId) -> Result<LiveCall, Trouble> {
    let root = options.graph_url.as_deref().unwrap_or(options.cloud.root());
    let service = Service::new(root, options.api)
        .map_err(|error| usage(error.to_string(), "see --graph-url in `callscope --help`"))?;
    let token = std::env::var("CALLSCOPE_TOKEN").ok().as_deref().and_then(Token::new).ok_or_else(|| Trouble {
        kind: TroubleKind::Access,
        what: "a token is needed to fetch a call, and CALLSCOPE_TOKEN does not hold one".to_owned(),
        hint: Some(
            "an application's token for Microsoft Graph with CallRecords.Read.All; with the Azure CLI signed in as a \
             service principal: export CALLSCOPE_TOKEN=$(az account get-access-token --resource \
             https://graph.microsoft.com --query accessToken -o tsv)"
                .to_owned(),
        ),
    })?;
    Ok(LiveCall { service, call, sign_in: Arc::new(SignIn::with(token)), patience: Patience::USUAL })
}
