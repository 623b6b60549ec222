defmodule Lantern do
  @moduledoc """
  Components for live pages that stay small in memory and honest while they load.

  Every component follows three rules. It renders from its assigns alone and reads nothing.
  It names its events with a prefix of its own, so that two components on one page never hear
  each other. It can be used with the keyboard only.

  ## Growing lists

  `Lantern.Table` takes a stream and a cursor. It asks for more rows by sending `lantern:more`
  with the last cursor when the reader comes near the end, at most once for each cursor, and
  it shows a button instead when the reader prefers reduced motion. The page answers by
  inserting rows. It never needs to know how many rows there are in total, which is the
  question that makes most tables slow: counting a filtered table of ten million rows costs
  more than showing a hundred screens of it.

  ## Bursts

  `Lantern.Burst.collect/3` merges messages. The first message of a burst starts a timer, later
  ones are counted, and when the timer fires the page receives one `{:burst, name, count}`. An
  interval of one second is a good default: it caps the renders of a page at sixty a minute
  whatever the senders do, and it is short enough that nobody takes the page for broken.

  ## Memory

  A component with state of its own lives in the page's process and shares its memory. Two
  hundred of them in a table are two hundred small maps that are kept until the page is
  closed. Render rows as function components, and use a stateful one only for the row that is
  being edited.
  """

  @doc "The version of the event protocol between components and pages."
  @spec protocol() :: pos_integer()
  def protocol, do: 2
end
