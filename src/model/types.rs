//! The record types of `microsoft.graph.callRecords`, with every member that a call's sessions can have.
//!
//! Units and meanings: durations are [`Span`]s, rates and `*Ratio` members are ratios from 0 to 1,
//! `averageVideoFrameLossPercentage` is a percentage; the table in [`crate::metrics`] has the unit and range of each
//! number. v1.0 and beta are identical for these types.

use super::field::Field;
use super::field::Text;
use super::record::record;
use super::time::{Span, Timestamp};
use super::values::{FeedbackTokens, IdentitySet, LinkSpeed, MacAddress};
use super::words::{
    AudioCodec, CallType, ClientPlatform, ConnectionType, FailureStage, FeedbackRating, Modality, ProductFamily,
    ServiceRole, StreamDirection, TransportProtocol, VideoCodec, WifiBand, WifiRadioType,
};

/// A list whose elements keep their positions.
pub type List<T> = Vec<Field<T>>;

record! {
    /// A call without its sessions, which are read one by one.
    CallRecord = "callRecord" {
        odata_type: Text = "@odata.type",
        /// The call's ID; in a one-to-one call, its session and segment may have the same one.
        id: Text = "id",
        /// Grows with each revision of the record; the highest one wins.
        version: i64 = "version",
        call_type: CallType = "type",
        modalities: List<Modality> = "modalities",
        /// When the first user joined.
        start: Timestamp = "startDateTime",
        /// When the last user left.
        end: Timestamp = "endDateTime",
        /// When this version of the record was created.
        last_modified: Timestamp = "lastModifiedDateTime",
        join_web_url: Text = "joinWebUrl",
        organizer_v2: Participant = "organizer_v2",
        participants_v2: List<Participant> = "participants_v2",
        /// No longer filled since 2026-06-30; older saved records have it.
        organizer: IdentitySet = "organizer",
        /// No longer filled since 2026-06-30; older saved records have it.
        participants: List<IdentitySet> = "participants",
    }

    /// One participant's connection to the call: to the service in a meeting, to the other participant in a one-to-one
    /// call.
    Session = "session" {
        odata_type: Text = "@odata.type",
        id: Text = "id",
        modalities: List<Modality> = "modalities",
        start: Timestamp = "startDateTime",
        end: Timestamp = "endDateTime",
        is_test: bool = "isTest",
        failure_info: FailureInfo = "failureInfo",
        caller: Endpoint = "caller",
        callee: Endpoint = "callee",
        /// Present only if the request expanded them.
        segments: List<Segment> = "segments",
    }

    /// A part of a session between the same two endpoints; PSTN calls have several.
    Segment = "segment" {
        odata_type: Text = "@odata.type",
        id: Text = "id",
        start: Timestamp = "startDateTime",
        end: Timestamp = "endDateTime",
        failure_info: FailureInfo = "failureInfo",
        caller: Endpoint = "caller",
        callee: Endpoint = "callee",
        media: List<Media> = "media",
    }

    /// One medium of a segment, with the network and device each side used for it.
    Media = "media" {
        odata_type: Text = "@odata.type",
        label: Text = "label",
        caller_network: NetworkInfo = "callerNetwork",
        callee_network: NetworkInfo = "calleeNetwork",
        caller_device: DeviceInfo = "callerDevice",
        callee_device: DeviceInfo = "calleeDevice",
        streams: List<MediaStream> = "streams",
    }

    /// One direction of a medium. The metrics are the receiving side's.
    MediaStream = "mediaStream" {
        odata_type: Text = "@odata.type",
        stream_id: Text = "streamId",
        stream_direction: StreamDirection = "streamDirection",
        /// Set only for streams that use SIP.
        start: Timestamp = "startDateTime",
        /// Set only for streams that use SIP.
        end: Timestamp = "endDateTime",
        audio_codec: AudioCodec = "audioCodec",
        video_codec: VideoCodec = "videoCodec",
        packet_utilization: i64 = "packetUtilization",
        average_packet_loss_rate: f64 = "averagePacketLossRate",
        max_packet_loss_rate: f64 = "maxPacketLossRate",
        average_jitter: Span = "averageJitter",
        max_jitter: Span = "maxJitter",
        average_round_trip_time: Span = "averageRoundTripTime",
        max_round_trip_time: Span = "maxRoundTripTime",
        average_audio_network_jitter: Span = "averageAudioNetworkJitter",
        max_audio_network_jitter: Span = "maxAudioNetworkJitter",
        average_audio_degradation: f64 = "averageAudioDegradation",
        average_ratio_of_concealed_samples: f64 = "averageRatioOfConcealedSamples",
        max_ratio_of_concealed_samples: f64 = "maxRatioOfConcealedSamples",
        average_bandwidth_estimate: i64 = "averageBandwidthEstimate",
        average_video_frame_loss_percentage: f64 = "averageVideoFrameLossPercentage",
        average_video_frame_rate: f64 = "averageVideoFrameRate",
        average_received_frame_rate: f64 = "averageReceivedFrameRate",
        low_frame_rate_ratio: f64 = "lowFrameRateRatio",
        average_video_packet_loss_rate: f64 = "averageVideoPacketLossRate",
        post_forward_error_correction_packet_loss_rate: f64 = "postForwardErrorCorrectionPacketLossRate",
        low_video_processing_capability_ratio: f64 = "lowVideoProcessingCapabilityRatio",
        average_freeze_duration: Span = "averageFreezeDuration",
        rms_freeze_duration: Span = "rmsFreezeDuration",
        is_audio_forward_error_correction_used: bool = "isAudioForwardErrorCorrectionUsed",
        was_media_bypassed: bool = "wasMediaBypassed",
    }

    /// One side's network for one medium.
    NetworkInfo = "networkInfo" {
        odata_type: Text = "@odata.type",
        connection_type: ConnectionType = "connectionType",
        network_transport_protocol: TransportProtocol = "networkTransportProtocol",
        ip_address: Text = "ipAddress",
        port: i64 = "port",
        subnet: Text = "subnet",
        /// The public address, as the relay saw it.
        reflexive_ip_address: Text = "reflexiveIPAddress",
        /// The relay that was allocated, though not necessarily used.
        relay_ip_address: Text = "relayIPAddress",
        relay_port: i64 = "relayPort",
        mac_address: MacAddress = "macAddress",
        dns_suffix: Text = "dnsSuffix",
        link_speed: LinkSpeed = "linkSpeed",
        sent_quality_event_ratio: f64 = "sentQualityEventRatio",
        received_quality_event_ratio: f64 = "receivedQualityEventRatio",
        delay_event_ratio: f64 = "delayEventRatio",
        bandwidth_low_event_ratio: f64 = "bandwidthLowEventRatio",
        basic_service_set_identifier: MacAddress = "basicServiceSetIdentifier",
        wifi_band: WifiBand = "wifiBand",
        wifi_channel: i64 = "wifiChannel",
        wifi_radio_type: WifiRadioType = "wifiRadioType",
        /// Percent, not dBm.
        wifi_signal_strength: i64 = "wifiSignalStrength",
        /// Percent; 0 may mean mains power.
        wifi_battery_charge: i64 = "wifiBatteryCharge",
        wifi_microsoft_driver: Text = "wifiMicrosoftDriver",
        wifi_microsoft_driver_version: Text = "wifiMicrosoftDriverVersion",
        wifi_vendor_driver: Text = "wifiVendorDriver",
        wifi_vendor_driver_version: Text = "wifiVendorDriverVersion",
        /// Filled only if Microsoft support enabled it for the tenant.
        trace_route_hops: List<TraceRouteHop> = "traceRouteHops",
    }

    /// One hop on the path from a client into the network.
    TraceRouteHop = "traceRouteHop" {
        odata_type: Text = "@odata.type",
        hop_count: i64 = "hopCount",
        ip_address: Text = "ipAddress",
        /// Round trip between client and hop.
        round_trip_time: Span = "roundTripTime",
    }

    /// One side's device for one medium: microphone and speaker, camera and screen, or screen scraper.
    DeviceInfo = "deviceInfo" {
        odata_type: Text = "@odata.type",
        capture_device_name: Text = "captureDeviceName",
        capture_device_driver: Text = "captureDeviceDriver",
        render_device_name: Text = "renderDeviceName",
        render_device_driver: Text = "renderDeviceDriver",
        capture_not_functioning_event_ratio: f64 = "captureNotFunctioningEventRatio",
        render_not_functioning_event_ratio: f64 = "renderNotFunctioningEventRatio",
        render_mute_event_ratio: f64 = "renderMuteEventRatio",
        render_zero_volume_event_ratio: f64 = "renderZeroVolumeEventRatio",
        device_glitch_event_ratio: f64 = "deviceGlitchEventRatio",
        device_clipping_event_ratio: f64 = "deviceClippingEventRatio",
        mic_glitch_rate: f64 = "micGlitchRate",
        speaker_glitch_rate: f64 = "speakerGlitchRate",
        howling_event_count: i64 = "howlingEventCount",
        low_speech_level_event_ratio: f64 = "lowSpeechLevelEventRatio",
        low_speech_to_noise_event_ratio: f64 = "lowSpeechToNoiseEventRatio",
        /// Misspelled this way on the wire.
        cpu_insufficient_event_ratio: f64 = "cpuInsufficentEventRatio",
        sent_signal_level: i64 = "sentSignalLevel",
        sent_noise_level: i64 = "sentNoiseLevel",
        received_signal_level: i64 = "receivedSignalLevel",
        received_noise_level: i64 = "receivedNoiseLevel",
        initial_signal_level_root_mean_square: f64 = "initialSignalLevelRootMeanSquare",
    }

    /// One end of a session: a participant's client, a service, or an endpoint that does not say which.
    ///
    /// The schema has three types; the annotation that distinguishes them may be missing, so all members are here and
    /// [`Endpoint::kind`] decides.
    Endpoint = "endpoint" {
        odata_type: Text = "@odata.type",
        /// The machine's name, as chosen by its user.
        name: Text = "name",
        user_agent: UserAgent = "userAgent",
        associated_identity: Identity = "associatedIdentity",
        /// No longer filled since 2026-06-30; older saved records have it.
        identity: IdentitySet = "identity",
        cpu_name: Text = "cpuName",
        cpu_cores_count: i64 = "cpuCoresCount",
        cpu_processor_speed_in_mhz: i64 = "cpuProcessorSpeedInMhz",
        feedback: UserFeedback = "feedback",
    }

    /// A client's or service's description of itself; has the members of both schema types.
    UserAgent = "userAgent" {
        odata_type: Text = "@odata.type",
        header_value: Text = "headerValue",
        application_version: Text = "applicationVersion",
        platform: ClientPlatform = "platform",
        product_family: ProductFamily = "productFamily",
        communication_service_id: Text = "communicationServiceId",
        azure_ad_app_id: Text = "azureADAppId",
        role: ServiceRole = "role",
    }

    /// The user's feedback after the call.
    UserFeedback = "userFeedback" {
        odata_type: Text = "@odata.type",
        rating: FeedbackRating = "rating",
        text: Text = "text",
        tokens: FeedbackTokens = "tokens",
    }

    /// The reason a session or segment failed. There is no published list of reasons; the text may be empty.
    FailureInfo = "failureInfo" {
        odata_type: Text = "@odata.type",
        stage: FailureStage = "stage",
        reason: Text = "reason",
    }

    /// A person, application, telephone or guest, with the members of all the schema's identity types.
    Identity = "identity" {
        odata_type: Text = "@odata.type",
        id: Text = "id",
        display_name: Text = "displayName",
        tenant_id: Text = "tenantId",
        user_principal_name: Text = "userPrincipalName",
        email: Text = "email",
        ip_address: Text = "ipAddress",
        application_type: Text = "applicationType",
        hidden: bool = "hidden",
        azure_communication_services_resource_id: Text = "azureCommunicationServicesResourceId",
        registrant_id: Text = "registrantId",
    }

    /// The organizer of a call, or one of its participants.
    Participant = "participant" {
        odata_type: Text = "@odata.type",
        /// A user ID, telephone number or other key.
        id: Text = "id",
        identity: IdentitySet = "identity",
        administrative_unit_infos: List<AdministrativeUnitInfo> = "administrativeUnitInfos",
    }

    /// An administrative unit of the directory that a person belongs to.
    AdministrativeUnitInfo = "administrativeUnitInfo" {
        odata_type: Text = "@odata.type",
        id: Text = "id",
    }
}
