//! A slow network: a proxy on a loopback port that holds every request back for some time.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// A proxy that runs until it is dropped.
pub struct SlowNetwork {
    /// Its address, `http://127.0.0.1:PORT`.
    pub root: String,
    _runtime: Runtime,
}

impl SlowNetwork {
    /// Starts a proxy before a server at an address.
    pub fn before(server: &str, latency: Duration) -> SlowNetwork {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let root = format!("http://{}", listener.local_addr().expect("an address"));
        let server = server.trim_start_matches("http://").to_owned();
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                tokio::spawn(relay(client, server, latency));
            }
        });
        SlowNetwork { root, _runtime: runtime }
    }
}

/// Relays a connection. Clients wait for each response before the next request, so what is held back is one request at a
/// time, and a response goes through at full speed.
async fn relay(client: TcpStream, server: TcpStream, latency: Duration) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
    let mut request = vec![0; 1 << 14];
    while let Ok(length @ 1..) = from_client.read(&mut request).await {
        tokio::time::sleep(latency).await;
        if to_server.write_all(&request[..length]).await.is_err() {
            break;
        }
    }
}
