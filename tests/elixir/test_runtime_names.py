from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.modules import Module


def only_module(body: str, name: str = "Shop.A") -> Module:
    (module,) = parse_file("lib/a.ex", f"defmodule {name} do\n{body}\nend\n".encode()).modules
    return module


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def f, do: :telemetry.execute([:shop, :cart, :added], %{count: 1})", [("execute", "shop.cart.added")]),
        ("def f, do: :telemetry.span([:shop, :pay], %{}, fn -> {1, %{}} end)", [("span", "shop.pay")]),
        ("@event [:shop, :x]\ndef f, do: :telemetry.execute(@event, %{})", [("execute", "shop.x")]),
        ("@prefix [:shop]\ndef f, do: :telemetry.execute(@prefix ++ [:x, :stop], %{})", [("execute", "shop.x.stop")]),
        ("@a [:shop]\n@b @a ++ [:x]\ndef f, do: :telemetry.execute(@b ++ [:y], %{})", [("execute", "shop.x.y")]),
        ("def f do\n  event = [:shop, :x]\n  :telemetry.execute(event, %{})\nend", [("execute", "shop.x")]),
        ("def f(op), do: :telemetry.execute([:shop, op], %{})", [("execute", "shop.{op}")]),
        ("def f, do: :telemetry.execute(event(), %{})\ndefp event, do: [:shop, :x]", [("execute", "shop.x")]),
        (
            "@a [:shop, :a]\ndef f, do: emit(@a, 1)\ndef g, do: emit([:shop, :b], 2)\n"
            "defp emit(event, n), do: :telemetry.execute(event, %{n: n})",
            [("execute", "shop.a"), ("execute", "shop.b")],
        ),
        ("def f(event), do: :telemetry.execute(event, %{})", [("execute", "event")]),
        ('def f, do: :telemetry.attach("id", [:shop, :x], &H.h/4, nil)', [("attach", "shop.x")]),
        (
            '@x [:shop, :x]\ndef f, do: :telemetry.attach_many("id", [@x, [:shop, :y]], &H.h/4, nil)',
            [("attach", "shop.x"), ("attach", "shop.y")],
        ),
        (
            "@all [[:shop, :x], [:shop, :y]]\ndefp events, do: @all\n"
            'def f, do: :telemetry.attach_many("id", events(), &H.h/4, nil)',
            [("attach", "shop.x"), ("attach", "shop.y")],
        ),
        ('import Telemetry.Metrics\ndef metrics, do: [summary("shop.x.duration")]', [("metric", "shop.x.duration")]),
        ('def metrics, do: [Telemetry.Metrics.counter("shop.x.count")]', [("metric", "shop.x.count")]),
        ('def metrics, do: [summary("shop.x.duration")]', []),
    ],
)
def test_telemetry_events(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(u.kind, u.name) for u in only_module(body).telemetry] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('def f(id), do: Phoenix.PubSub.broadcast(Shop.PubSub, "cart:#{id}", :x)', [("broadcast", "cart:*")]),
        ('alias Phoenix.PubSub\ndef f, do: PubSub.broadcast!(Shop.PubSub, "carts", :x)', [("broadcast", "carts")]),
        ('def f, do: Phoenix.PubSub.broadcast_from(P, self(), "carts", :x)', [("broadcast", "carts")]),
        ('def f, do: Phoenix.PubSub.subscribe(Shop.PubSub, "carts")', [("subscribe", "carts")]),
        ('@topic "carts"\ndef f, do: Phoenix.PubSub.subscribe(P, @topic)', [("subscribe", "carts")]),
        (
            'def f(id), do: Phoenix.PubSub.subscribe(P, topic(id))\ndefp topic(id), do: "cart:#{id}"',
            [("subscribe", "cart:*")],
        ),
        (
            'def f(id) do\n  topic = "cart:" <> id\n  Phoenix.PubSub.subscribe(P, topic)\nend',
            [("subscribe", "cart:*")],
        ),
        ('def f, do: ShopWeb.Endpoint.broadcast("carts", "x", %{})', [("broadcast", "carts")]),
        ('alias ShopWeb.Endpoint\ndef f, do: Endpoint.subscribe("carts")', [("subscribe", "carts")]),
        ('def f, do: Shop.Radio.play("carts", "x", %{})', []),
        ("def f(t), do: Phoenix.PubSub.subscribe(P, Shop.Topics.of(t))", [("subscribe", "Shop.Topics.of(_)")]),
        ("import Shop.Topics\ndef f(t), do: Phoenix.PubSub.subscribe(P, of(t, 1))", [("subscribe", "of(_, _)")]),
        ('def f(a), do: Phoenix.PubSub.subscribe(P, "cart:" <> a.id <> ":" <> a.kind)', [("subscribe", "cart:*:*")]),
        ('def f(a), do: Phoenix.PubSub.subscribe(P, "cart:#{key(a)}:lines")', [("subscribe", "cart:*:lines")]),
        (
            '@prefix "cart"\ndef f(id), do: Phoenix.PubSub.subscribe(P, "#{@prefix}:#{id}")',
            [("subscribe", "cart:*")],
        ),
        (
            "def f(a), do: Phoenix.PubSub.subscribe(P, topic(a))\n"
            'defp topic({:cart, id}), do: "cart:#{id}"\ndefp topic(:all), do: "carts"',
            [("subscribe", "cart:*"), ("subscribe", "carts")],
        ),
        (
            "def f(id), do: Phoenix.PubSub.subscribe(P, topic(id))\n"
            'defp topic(id), do: "cart:#{id}"\ndefp topic(id, kind), do: "cart:#{id}:#{kind}"',
            [("subscribe", "cart:*")],
        ),
        (
            'def f(id), do: Phoenix.PubSub.subscribe(P, ["cart", line(id)] |> join)\n'
            'defp join(parts), do: Enum.join(parts, ":")\ndefp line(id), do: "line:" <> id',
            [("subscribe", "cart:line:*")],
        ),
        (
            'def f(id), do: Phoenix.PubSub.subscribe(P, topic("cart", id))\ndefp topic(kind, id), do: "#{kind}:#{id}"',
            [("subscribe", "cart:*")],
        ),
        ("def f(a, b), do: Phoenix.PubSub.subscribe(P, a <> b)", [("subscribe", "a <> b")]),
        ('def f(p, t), do: ShopWeb.Presence.track(p, "cart:#{t}", 1, %{})', [("track", "cart:*")]),
        ("def f(socket), do: ShopWeb.Presence.track(socket, 1, %{})", []),
        ('def f, do: ShopWeb.Presence.list("carts")', [("track", "carts")]),
        ('use Phoenix.Socket\nchannel "cart:*", ShopWeb.CartChannel', [("channel", "cart:*")]),
    ],
)
def test_topics(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(u.kind, u.name) for u in only_module(body).topics] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def f(k), do: Cachex.get(:prices, k)", [("cachex", "prices")]),
        ("@cache :prices\ndef f(k), do: Cachex.put(@cache, k, 1, ttl: 5)", [("cachex", "prices")]),
        ("def f, do: Cachex.start_link(:prices, [])", [("start", "prices")]),
        ("def f, do: Cachex.start_link(name: :prices)", [("start", "prices")]),
        ("def f(worker, k), do: Cachex.get(worker, k)", []),
        ("def f(k), do: ConCache.get(:prices, k)", [("con_cache", "prices")]),
        ("def f, do: :ets.new(:prices, [:set])", [("ets", "prices")]),
        ("@table __MODULE__\ndef f(k), do: :ets.lookup(:prices, k)", [("ets", "prices")]),
        ("def f, do: :ets.new(__MODULE__, [:set])", [("ets", "Shop.A")]),
        ("@table __MODULE__\ndef f(k), do: :ets.lookup(@table, k)", [("ets", "Shop.A")]),
        ("alias Shop.Prices\ndef f(k), do: Cachex.get(Prices, k)", [("cachex", "Shop.Prices")]),
        ("def f(table), do: :ets.info(table)", []),
        ("def f(k), do: :dets.lookup(:prices, k)", [("dets", "prices")]),
        ("def f(k), do: :mnesia.dirty_read(:prices, k)", [("mnesia", "prices")]),
        ("def f, do: :mnesia.start()", []),
        (
            "def f(k), do: Cachex.transaction(:prices, [k], fn worker -> Cachex.get(worker, k) end)",
            [("cachex", "prices")],
        ),
        ("def f, do: :persistent_term.get({:shop, :rates})", [("persistent_term", "{:shop, :rates}")]),
        ("def children, do: [{Cachex, name: :prices, limit: 5}]", [("start", "prices")]),
        ("def children, do: [{ConCache, [name: :prices, ttl_check_interval: false]}]", [("start", "prices")]),
    ],
)
def test_caches(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(u.kind, u.name) for u in only_module(body).caches] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def f(c), do: Shop.ScopedFeatureFlags.enabled?(:fast_pay, c)", [("check", "fast_pay")]),
        ('alias Shop.Features\ndef f, do: Features.enabled?("fast-pay")', [("check", "fast-pay")]),
        ("def f(c), do: FunWithFlags.enabled?(:fast_pay, for: c)", [("check", "fast_pay")]),
        ("@flag :fast_pay\ndef f, do: Shop.FeatureFlags.can_access?(@flag, 1)", [("check", "fast_pay")]),
        ("def f(c), do: Shop.FeatureFlags.batch_enabled?([:a, :b], c)", [("check", "a"), ("check", "b")]),
        ("def f(c), do: Shop.FeatureFlags.enable_feature(:fast_pay, c)", [("change", "fast_pay")]),
        ("def f(flag), do: Shop.FeatureFlags.enabled?(flag)", []),
        ("def f(c), do: Shop.FeatureFlags.for_scope(:delivery, c)", []),
        ("def f(c), do: Shop.Carts.enabled?(:fast_pay, c)", []),
        ('deffeature :fast_pay, [:both], "Pay at once"', [("define", "fast_pay")]),
        ("feature_flag :fast_pay, default: false", [("define", "fast_pay")]),
    ],
)
def test_feature_flags(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(u.kind, u.name) for u in only_module(body).flags] == expected


def test_a_flag_modules_own_clauses_define_its_flags() -> None:
    module = only_module('def enabled?("fast-pay"), do: true\ndef enabled?(_), do: false', "Shop.Features")
    assert [(u.kind, u.name) for u in module.flags] == [("define", "fast-pay")]


def test_the_line_is_that_of_the_name() -> None:
    module = only_module("def f do\n  :telemetry.execute(\n    [:shop, :x],\n    %{}\n  )\nend")
    assert [u.line for u in module.telemetry] == [4]
