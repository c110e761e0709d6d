/**
 * Words that say nothing of whose fleet it is: those of Collector configurations, of OpenTelemetry's names for hosts and
 * services, and of common errors. Only words in this list survive scrubbing; everything else is somebody's.
 */
const configuration = `
  receivers processors exporters extensions connectors service pipelines telemetry traces metrics logs profiles resource
  otlp otlphttp otlp_http debug logging nop batch memory_limiter attributes resourcedetection filter transform
  hostmetrics filelog prometheus prometheusremotewrite kafka jaeger zipkin loki elasticsearch file fluentforward
  tail_sampling probabilistic_sampler groupbyattrs groupbytrace k8sattributes k8s_cluster kubeletstats k8sobjects
  k8s_events docker_stats journald syslog tcplog udplog statsd carbon collectd redis postgresql mysql mongodb nginx
  apache httpcheck sqlquery snmp windowseventlog windowsperfcounters opamp health_check pprof zpages basicauth
  bearertokenauth oauth2client oidc headers_setter file_storage memory_ballast host_observer k8s_observer docker_observer
  ecs_observer storage spanmetrics servicegraph count routing forward failover roundrobin loadbalancing span
  metricstransform cumulativetodelta deltatorate metricsgeneration redaction schema sumologic datadog splunk_hec awss3
  awsxray awsemf awscloudwatchlogs googlecloud azuremonitor azureblob signalfx sapm pulsar rabbitmq receiver processor
  exporter extension connector collector contrib opentelemetry otel otelcol opampsupervisor supervisor agent
  grpc http https tcp udp protocols protocol endpoint endpoints url address listen_address host port path paths include
  exclude start_at end beginning operators type regex_parser json_parser recombine container multiline id from to parse_from
  parse_to on_error drop send scrapers cpu disk load filesystem memory network paging processes process
  collection_interval initial_delay timeout send_batch_size send_batch_max_size check_interval limit_mib spike_limit_mib
  limit_percentage spike_limit_percentage sending_queue retry_on_failure enabled num_consumers queue_size
  initial_interval max_interval max_elapsed_time multiplier randomization_factor tls insecure insecure_skip_verify
  ca_file cert_file key_file ca_pem cert_pem key_pem min_version max_version server_name_override client_auth headers
  compression gzip zstd snappy none auth authenticator username password token key value action insert update upsert
  delete extract hash rename verbosity basic normal detailed sampling_initial sampling_thereafter level info warn error
  encoding development output_paths readers periodic exporter interval config scrape_configs job_name static_configs
  targets labels relabel_configs source_labels target_label regex replacement separator scrape_interval scrape_timeout
  metrics_path scheme match_type strict expr conditions statements context span_event spanevent datapoint metric log
  scope name names description unit kind policies policy latency threshold_ms status_code status_codes numeric_attribute
  string_attribute rate_limiting spans_per_second sampling_percentage decision_wait num_traces expected_new_traces_per_sec
  metadata metadata_keys metadata_cardinality_limit instance_uid capabilities reports_effective_config reports_health
  accepts_remote_config ws wss server env override detectors system ec2 gcp azure eks aks docker heroku directory
  transport read_buffer_size write_buffer_size max_recv_msg_size_mib include_metadata cors allowed_origins
  allowed_headers keepalive server_parameters max_connection_age max_connection_idle time permit_without_stream
  use_local_host_name pipeline default routes table match true false null yes no on off
  components sub_component_map code.namespace code.version go.opentelemetry.io github.com open-telemetry
  opentelemetry-collector-contrib opentelemetry-collector receivercreator file_format resource_attributes wait_for_ready
  balancer_name round_robin pick_first max_concurrent_streams read_timeout write_timeout idle_timeout`;

const semantics = `
  service.name service.version service.instance.id service.namespace host.name host.id host.arch host.type host.ip
  host.mac os.type os.version os.description os.name os.build_id process.pid process.executable.name
  process.executable.path process.command process.command_line process.command_args process.runtime.name
  process.runtime.version process.runtime.description process.owner k8s.cluster.name k8s.cluster.uid
  k8s.namespace.name k8s.node.name k8s.node.uid k8s.pod.name k8s.pod.uid k8s.pod.ip k8s.container.name
  k8s.deployment.name k8s.daemonset.name k8s.statefulset.name container.id container.name container.image.name
  container.image.tag cloud.provider cloud.platform cloud.region cloud.availability_zone cloud.account.id
  deployment.environment deployment.environment.name service.instance.name telemetry.sdk.name telemetry.sdk.language
  telemetry.sdk.version http.method http.status_code http.route http.url rpc.system rpc.service rpc.method db.system
  db.name db.statement net.peer.name net.peer.ip messaging.system
  otelcol-contrib otelcol-k8s io.opentelemetry.collector io.opentelemetry.opampsupervisor linux windows darwin freebsd
  amd64 arm64 x86_64 aarch64 go text/yaml text yaml application json x-yaml`;

const speech = `
  a an the and or not is are was be to of in on at by with without for from as it its this that no could cannot can't
  unable failed failure fail error errors invalid unknown unexpected expected missing required refused rejected denied
  permission timeout timed out connection connect connecting disconnected connected dial read write reading writing
  open close closed start started starting stop stopped stopping shutdown running restart restarted crashed exited exit
  code signal killed address already use found such directory build create created load loading loaded parse parsing
  syntax line column near key value values has have had must should may when while after before until more than less
  too many large small unmarshal unmarshalling decode decoding encode encoding field fields keys references reference
  configured component status reason health healthy unhealthy pipeline broken pipe reset peer eof end file
  permanent recoverable retry retrying retries deadline exceeded context canceled cancelled unavailable resource
  exhausted unauthenticated unauthorized forbidden bad gateway request response version versions apply applied applying
  StatusOK StatusStarting StatusRecoverableError StatusPermanentError StatusFatalError StatusStopping StatusStopped
  StatusNone ok`;

const words: ReadonlySet<string> = new Set(
  `${configuration} ${semantics} ${speech}`.split(/\s+/).filter((word) => word !== ''),
);

export function isCommonWord(word: string): boolean {
  return words.has(word) || words.has(word.toLowerCase());
}
