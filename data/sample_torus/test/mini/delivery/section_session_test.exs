defmodule Mini.Delivery.SectionSessionTest do
  use ExUnit.Case, async: false

  alias Mini.Delivery.SectionSession

  test "a member that goes away is no longer counted" do
    section_id = System.unique_integer([:positive])
    {:ok, 1} = SectionSession.join(section_id)
    task = Task.async(fn -> SectionSession.join(section_id) end)

    assert {:ok, 2} = Task.await(task)
    Process.sleep(20)
    assert SectionSession.count(section_id) == 1
  end
end
