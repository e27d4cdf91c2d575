-- Remove the choices of an application, before others take their place.
DELETE FROM grant_choice WHERE user_id = :user_id AND application_id = :id
