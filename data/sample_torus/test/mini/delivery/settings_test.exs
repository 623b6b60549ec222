defmodule Mini.Delivery.SettingsTest do
  use Mini.DataCase, async: true

  alias Mini.Delivery.Settings
  alias Mini.Delivery.Settings.AssessmentSettings

  @due ~U[2024-03-01 12:00:00Z]

  test "work without a due date is never late" do
    refute Settings.late?(%AssessmentSettings{}, @due)
  end

  test "the grace period counts as on time, the second after it does not" do
    settings = %AssessmentSettings{due_at: @due, grace_minutes: 5}

    refute Settings.late?(settings, ~U[2024-03-01 12:05:00Z])
    assert Settings.late?(settings, ~U[2024-03-01 12:05:01Z])
  end
end
