package sms

import (
	"fmt"
	"unicode/utf16"

	"joo.kz/kelisim/internal/applicant"
)

// segment is how much UCS-2 one short message holds, in UTF-16 units (3GPP TS
// 23.040, 9.2.3.24; 23.038).
const segment = 70

// SignInCode is the text that brings a code to sign in with: one segment while
// the code has ten digits or less. What is no language is taken for Kazakh, the
// language of the State (Constitution, art. 7).
func SignInCode(lang applicant.Language, code string) string {
	switch lang {
	case applicant.LanguageRu:
		return fmt.Sprintf("JOO.kz: код для входа %s. Никому его не сообщайте.", code)
	case applicant.LanguageEn:
		return fmt.Sprintf("JOO.kz: sign-in code %s. Do not tell it to anyone.", code)
	default:
		return fmt.Sprintf("JOO.kz: кіру коды %s. Оны ешкімге айтпаңыз.", code)
	}
}

// GuardianCode is the text that brings a guardian the code that confirms a consent
// to a university, in the languages of [SignInCode]. The university's name is
// best a short one (КазНУ): it is cut to what the segment has left, 18 units or
// more with a code of six digits.
func GuardianCode(lang applicant.Language, code, university string) string {
	var format string
	switch lang {
	case applicant.LanguageRu:
		format = "JOO.kz: код согласия %s (%s). Никому не сообщайте."
	case applicant.LanguageEn:
		format = "JOO.kz: consent code %s (%s). Do not tell anyone."
	default:
		format = "JOO.kz: келісім коды %s (%s). Ешкімге айтпаңыз."
	}
	room := segment - units(fmt.Sprintf(format, code, ""))
	return fmt.Sprintf(format, code, cut(university, room))
}

// cut shortens a text to so many units, the last of them an ellipsis.
func cut(text string, room int) string {
	if units(text) <= room {
		return text
	}
	kept, length := "", 1
	for _, r := range text {
		if length += utf16.RuneLen(r); length > room {
			break
		}
		kept += string(r)
	}
	return kept + "…"
}

func units(text string) int { return len(utf16.Encode([]rune(text))) }
