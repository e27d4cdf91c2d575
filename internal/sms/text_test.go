package sms_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/sms"
)

func units(text string) int { return len(utf16.Encode([]rune(text))) }

// warning is how each language asks to tell the code to nobody.
var warning = map[applicant.Language]string{
	applicant.LanguageKk: "шкімге айтпаңыз",
	applicant.LanguageRu: "Никому",
	applicant.LanguageEn: "Do not tell",
}

func TestTextsAreOneSegment(t *testing.T) {
	for lang, warn := range warning {
		for _, code := range []string{"1234", "482913", "1234567890"} {
			for _, text := range []string{
				sms.SignInCode(lang, code),
				sms.GuardianCode(lang, code, "КазНУ"),
				sms.GuardianCode(lang, code, "Казахский университет международных отношений и мировых языков имени Абылай хана"),
			} {
				if units(text) > 70 || strings.Count(text, code) != 1 || !strings.Contains(text, warn) || !strings.HasPrefix(text, "JOO.kz: ") {
					t.Errorf("%s, %d units: %s", lang, units(text), text)
				}
			}
		}
	}
}

func TestTextsByLanguage(t *testing.T) {
	for got, want := range map[string]string{
		sms.SignInCode(applicant.LanguageKk, "482913"):                        "JOO.kz: кіру коды 482913. Оны ешкімге айтпаңыз.",
		sms.SignInCode(applicant.LanguageRu, "482913"):                        "JOO.kz: код для входа 482913. Никому его не сообщайте.",
		sms.SignInCode(applicant.LanguageEn, "482913"):                        "JOO.kz: sign-in code 482913. Do not tell it to anyone.",
		sms.SignInCode("", "482913"):                                          "JOO.kz: кіру коды 482913. Оны ешкімге айтпаңыз.",
		sms.GuardianCode(applicant.LanguageKk, "482913", "КазНУ"):             "JOO.kz: келісім коды 482913 (КазНУ). Ешкімге айтпаңыз.",
		sms.GuardianCode(applicant.LanguageRu, "482913", "КазНУ"):             "JOO.kz: код согласия 482913 (КазНУ). Никому не сообщайте.",
		sms.GuardianCode(applicant.LanguageEn, "482913", "КазНУ"):             "JOO.kz: consent code 482913 (КазНУ). Do not tell anyone.",
		sms.GuardianCode("DE", "482913", "КазНУ"):                             "JOO.kz: келісім коды 482913 (КазНУ). Ешкімге айтпаңыз.",
		sms.GuardianCode("RU", "482913", "Медицинский университет Караганды"): "JOO.kz: код согласия 482913 (Медицинский униве…). Никому не сообщайте.",
	} {
		if got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestNameThatFitsIsNotCut, to the unit.
func TestNameThatFitsIsNotCut(t *testing.T) {
	eighteen := strings.Repeat("ы", 18)
	if text := sms.GuardianCode("RU", "482913", eighteen); units(text) != 70 || !strings.Contains(text, "("+eighteen+")") {
		t.Error(text)
	}
	if text := sms.GuardianCode("RU", "482913", eighteen+"ы"); units(text) != 70 || !strings.Contains(text, "("+eighteen[2:]+"…)") {
		t.Error(text)
	}
}

// FuzzGuardianCode: whatever the university is called, the text is one segment,
// and ends as it should.
func FuzzGuardianCode(f *testing.F) {
	f.Add("КазНУ")
	f.Add(strings.Repeat("𝒜", 40))
	f.Add("\xff\xfe" + strings.Repeat("a", 90))
	f.Fuzz(func(t *testing.T, university string) {
		for lang, warn := range warning {
			text := sms.GuardianCode(lang, "482913", university)
			if units(text) > 70 || !strings.HasPrefix(text[strings.LastIndex(text, ")"):], ")") || !strings.Contains(text, warn) {
				t.Errorf("%s, %d units: %q", lang, units(text), text)
			}
		}
	})
}
