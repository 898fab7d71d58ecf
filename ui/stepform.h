// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/step.h"

#include <QWidget>

class FieldEditor;
class KeyCompletion;
class PreviewView;
class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;
struct StepPreview;

/// The editor of one step, made from its kind's field descriptions. Says `stepChanged` for every state that is a valid
/// step; otherwise shows beside the field why it is not.
class StepForm final : public QWidget
{
    Q_OBJECT

public:
    StepForm(const Step &step, bool isDraft, QWidget *parent);
    /// Show another state of the same kind of step (undo); leaves what the user is typing alone when it means the same.
    void setStep(const Step &step);
    void completeFrom(const KeyCompletion *keys);
    /// Say below the fields what the step does.
    void setPreview(const StepPreview &preview);
    /// Put the keyboard into the first field.
    void begin();
    bool isFor(const StepKind &kind) const { return &m_step.kind() == &kind; }

Q_SIGNALS:
    void stepChanged(const Step &step, const QString &field);
    void finished();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Row
    {
        const FieldInfo *info;
        FieldEditor *editor;
        QLabel *label;
        QLabel *error;
        bool isExtra; ///< shown under "More options" until it is set
        bool isCommon; ///< one that every step takes
    };

    void addRow(QGridLayout *grid, const FieldInfo &info, bool isExtra, bool isCommon);
    void addAlternatives(QGridLayout *grid, const std::vector<const FieldInfo *> &infos);
    void chooseAlternative(int at);
    void addFoot(QGridLayout *grid, bool isDraft);
    std::optional<Node> valueOf(const Row &row, const Step &step) const;
    Result<Step> withCommonFields(Step step);
    void showExtras(bool all);
    void edited(const FieldInfo *info);
    Result<Step> read();
    void showError(const Error &error, int row);

    Step m_step;
    std::vector<Row> m_rows;
    std::vector<std::size_t> m_alternatives; ///< rows of which one is given
    QComboBox *m_alternative = nullptr;
    QLabel *m_error;
    PreviewView *m_preview;
    QPushButton *m_more = nullptr;
    bool m_hasError = false;
};
