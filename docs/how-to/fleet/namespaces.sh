#!/bin/sh
# A fleet of four hosts on one machine: each worker has a network namespace with an address of its own. While they
# measure, one is killed, the network of another is cut for 20 seconds, and the scheduler is restarted. The four share
# one machine, so they measure at once only to be disturbed at once: what they measure means nothing for other hosts.
# Needs root, `ip` of iproute2, and gilbench[fleet]. Tried: all of it, on Linux 6.18 with Python 3.11.
#   sh namespaces.sh FOLDER [options of gilbench fleet run]
set -eu
out=$1
shift
python=${PYTHON:-python3}
gate=10.87.0.1
bridge=gbfleet
mkdir -p "$out"
out=$(cd "$out" && pwd)
export GILBENCH_FLEET_DIR="$out/stations"

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*" >&2; }

start_scheduler() {
  "$python" -m distributed.cli.dask_scheduler --host "$gate" --port 8786 --no-dashboard >>"$out/scheduler.log" 2>&1 &
  scheduler=$!
}

start_worker() { # in the namespace of a host
  ip netns exec "gb$1" "$python" -m gilbench fleet worker "tcp://$gate:8786" --name "$1" >>"$out/$1.log" 2>&1 &
  eval "worker_$1=$!"
}

clean() {
  for host in alpha beta gamma delta; do
    for pid in $(ip netns pids "gb$host" 2>/dev/null); do kill "$pid" 2>/dev/null || true; done
  done
  kill "$scheduler" 2>/dev/null || true
  sleep 1
  for host in alpha beta gamma delta; do ip netns del "gb$host" 2>/dev/null || true; done
  ip link del "$bridge" 2>/dev/null || true
}

begun() { # wait until a host has measured something: begun HOST
  until [ -s "$(echo "$out"/2*/hosts/"$1"/rounds.jsonl)" ]; do
    kill -0 "$fleet" 2>/dev/null || return 1
    sleep 0.2
  done
}

ip link add "$bridge" type bridge
trap clean EXIT
trap 'exit 130' INT TERM
ip addr add "$gate/24" dev "$bridge"
ip link set "$bridge" up
number=2
for host in alpha beta gamma delta; do
  ip netns add "gb$host"
  ip link add "v$host" type veth peer name eth0 netns "gb$host"
  ip link set "v$host" master "$bridge" up
  ip -n "gb$host" link set lo up
  ip -n "gb$host" addr add "10.87.0.$number/24" dev eth0
  ip -n "gb$host" link set eth0 up
  number=$((number + 1))
done

start_scheduler
for host in alpha beta gamma delta; do start_worker "$host"; done
"$python" -m gilbench fleet run --scheduler "tcp://$gate:8786" --hosts 4 --at-once --out "$out" "$@" &
fleet=$!

if [ -z "${UNDISTURBED:-}" ]; then
  begun beta
  say "kill the worker of beta, its supervisor and its run"
  for pid in $(ip netns pids gbbeta); do kill -9 "$pid" 2>/dev/null || true; done
  sleep 5
  start_worker beta
  begun gamma
  say "cut the network of gamma for 20 seconds"
  ip link set vgamma down
  sleep 20
  ip link set vgamma up
  say "gamma has its network again"
  begun delta
  say "restart the scheduler"
  kill -9 "$scheduler"
  sleep 3
  start_scheduler
fi
wait "$fleet"
