defmodule Mini.FeaturesTest do
  use Mini.DataCase, async: false

  alias Mini.Features

  test "the section's value wins over the institution's" do
    section = section(institution())
    {:ok, _state} = Features.put(:student_dashboard, :institution, section.institution_id, :on)
    {:ok, _state} = Features.put(:student_dashboard, :section, section.id, :off)

    refute Features.enabled?(:student_dashboard, section)
  end

  test "an unknown flag raises" do
    assert_raise ArgumentError, fn -> Features.enabled?(:no_such_flag, section(institution())) end
  end
end
